package org.openpks.api.quota;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.openpks.kernel.Fault;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The quotas' rows.
@Repository
public class Quotas {

    private static final String SELECT = "select owner, cpu, memory, clusters from quota";

    private final JdbcClient jdbc;

    Quotas(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// In the order of the owners' names.
    List<Quota> all() {
        return jdbc.sql(SELECT + " order by owner").query(Quotas::read).list();
    }

    public Optional<Quota> find(String owner) {
        return jdbc.sql(SELECT + " where owner = :owner")
                .param("owner", owner)
                .query(Quotas::read)
                .optional();
    }

    /// Reads the row and keeps everyone else from reading it so until the transaction ends: of two requests that would
    /// take the last of a quota, the second sees what the first has taken. It is locked before any cluster.
    public Optional<Quota> lock(String owner) {
        return jdbc.sql(SELECT + " where owner = :owner for update")
                .param("owner", owner)
                .query(Quotas::read)
                .optional();
    }

    /// @throws Fault with [QuotaFault#QUOTA_TAKEN]
    void insert(Quota quota) {
        try {
            jdbc.sql("insert into quota (owner, cpu, memory, clusters) values (:owner, :cpu, :memory, :clusters)")
                    .param("owner", quota.owner())
                    .param("cpu", quota.limit().cpu().orElse(null))
                    .param("memory", quota.limit().memory().orElse(null))
                    .param("clusters", quota.limit().clusters().orElse(null))
                    .update();
        } catch (DuplicateKeyException e) {
            throw new Fault(
                    QuotaFault.QUOTA_TAKEN,
                    "The owner '%s' has a quota already. Please change it instead.".formatted(quota.owner()),
                    "owner=" + quota.owner(),
                    e);
        }
    }

    /// Changes what the limit sets and leaves the rest.
    void update(String owner, Limit limit) {
        jdbc.sql("update quota set cpu = coalesce(:cpu, cpu), memory = coalesce(:memory, memory),"
                        + " clusters = coalesce(:clusters, clusters) where owner = :owner")
                .param("owner", owner)
                .param("cpu", limit.cpu().orElse(null))
                .param("memory", limit.memory().orElse(null))
                .param("clusters", limit.clusters().orElse(null))
                .update();
    }

    /// @return false when there was none
    boolean remove(String owner) {
        return jdbc.sql("delete from quota where owner = :owner")
                        .param("owner", owner)
                        .update()
                == 1;
    }

    private static Quota read(ResultSet row, int number) throws SQLException {
        return new Quota(
                row.getString("owner"),
                new Limit(
                        Optional.ofNullable(row.getObject("cpu", Integer.class)),
                        Optional.ofNullable(row.getObject("memory", BigDecimal.class)),
                        Optional.ofNullable(row.getObject("clusters", Integer.class))));
    }
}
