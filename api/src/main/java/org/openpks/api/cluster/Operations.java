package org.openpks.api.cluster;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.api.settings.ClusterSettings;
import org.openpks.api.storage.Columns;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The operations' rows and the leases on them.
///
/// A lease says which process works on an operation until when, by the database's clock, so that processes whose
/// clocks differ agree. Everything that a worker writes names its lease: a worker that lost it changes nothing any
/// more.
@Repository
public class Operations {

    private static final String COLUMNS = """
            id, cluster_uuid, type, state, requester_kind, requester_name, workers, parameters,
            kubernetes_profile, previous_workers, previous_settings, previous_kubernetes_profile, previous_compute_profile,
            previous_encryption_profile, broker_operation, description, trouble_since""";
    private static final String UNFINISHED = "state in ('accepted', 'sent')";
    private static final String NOW = "utc_timestamp(3)";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final OperationEnd end;

    Operations(JdbcClient jdbc, InstantSource clock, OperationEnd end) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.end = end;
    }

    void insert(Operation operation) {
        jdbc.sql("""
                insert into operation (id, cluster_uuid, type, state, requester_kind, requester_name, workers,
                    parameters, kubernetes_profile, previous_workers, previous_settings, previous_kubernetes_profile,
                    previous_compute_profile, previous_encryption_profile, description, created_at)
                values (:id, :cluster, :type, :state, :requesterKind, :requesterName, :workers, :parameters,
                    :profile, :previous, :previousSettings, :previousKubernetes, :previousCompute, :previousEncryption,
                    :description, :now)""")
                .param("id", operation.id().toString())
                .param("cluster", operation.clusterId().toString())
                .param("type", operation.action().name())
                .param("state", operation.state().column())
                .param("requesterKind", Columns.kind(operation.requester()))
                .param("requesterName", operation.requester().name())
                .param("workers", operation.workers())
                .param("parameters", operation.parameters())
                .param("profile", Columns.text(operation.kubernetesProfile()))
                .param("previous", operation.previousWorkers())
                .param("previousSettings", operation.previousSettings().json())
                .param(
                        "previousKubernetes",
                        Columns.text(operation.previousProfiles().kubernetes()))
                .param(
                        "previousCompute",
                        Columns.text(operation.previousProfiles().compute()))
                .param(
                        "previousEncryption",
                        Columns.text(operation.previousProfiles().encryption()))
                .param("description", operation.description())
                .param("now", Columns.time(clock.instant()))
                .update();
    }

    /// The one that is not finished yet.
    Optional<Operation> unfinished(UUID cluster) {
        return jdbc.sql("select " + COLUMNS + " from operation where unfinished_cluster = :cluster")
                .param("cluster", cluster.toString())
                .query(Operations::read)
                .optional();
    }

    /// The newest one.
    public Optional<Operation> last(UUID cluster) {
        return jdbc.sql("select " + COLUMNS
                        + " from operation where cluster_uuid = :cluster order by number desc limit 1")
                .param("cluster", cluster.toString())
                .query(Operations::read)
                .optional();
    }

    /// The JSON text of the steps that were kept when the operation ended; empty when there are none.
    public Optional<String> steps(UUID operation) {
        return jdbc.sql("select coalesce(steps, '') from operation where id = :id")
                .param("id", operation.toString())
                .query(String.class)
                .optional()
                .filter(text -> !text.isEmpty());
    }

    /// Ends an operation for the sake of a delete. Its lease stays until its worker has noticed, so that the delete
    /// never overtakes a request that is still on its way.
    void supersede(UUID operation) {
        jdbc.sql(
                        "update operation set state = 'superseded', description = :description, ended_at = :now where id = :id and "
                                + UNFINISHED)
                .param("description", "A delete took its place.")
                .param("now", Columns.time(clock.instant()))
                .param("id", operation.toString())
                .update();
        end.ended(operation, Operation.State.SUPERSEDED);
    }

    /// Steps are kept for a cluster's last operation only.
    void forgetSteps(UUID cluster) {
        jdbc.sql("update operation set steps = null where cluster_uuid = :cluster and steps is not null")
                .param("cluster", cluster.toString())
                .update();
    }

    /// Unfinished operations that nobody works on and whose predecessors nobody works on either, oldest first.
    public List<UUID> claimable() {
        // The column stands in for the state, because it has an index: most operations ended long ago.
        return jdbc.sql("select o.id from operation o where o.unfinished_cluster is not null"
                        + " and (o.lease_until is null or o.lease_until < " + NOW + ")"
                        + " and not exists (select 1 from operation p where p.cluster_uuid = o.cluster_uuid and p.id <> o.id"
                        + " and p.lease_until >= " + NOW + ") order by o.number")
                .query((row, number) -> UUID.fromString(row.getString(1)))
                .list();
    }

    /// Takes the lease of an operation that nobody holds.
    /// @return false when somebody was faster or it is finished
    public boolean claim(UUID operation, String worker, Duration lease) {
        return jdbc.sql("update operation set lease_owner = :worker, lease_until = " + NOW
                                + " + interval :micros microsecond where id = :id and " + UNFINISHED
                                + " and (lease_until is null or lease_until < " + NOW + ")")
                        .param("worker", worker)
                        .param("micros", micros(lease))
                        .param("id", operation.toString())
                        .update()
                == 1;
    }

    public void renew(Collection<UUID> operations, String worker, Duration lease) {
        if (operations.isEmpty()) {
            return;
        }
        jdbc.sql("update operation set lease_until = " + NOW
                        + " + interval :micros microsecond where lease_owner = :worker and id in (:ids)")
                .param("micros", micros(lease))
                .param("worker", worker)
                .param("ids", operations.stream().map(UUID::toString).toList())
                .update();
    }

    public void release(UUID operation, String worker) {
        jdbc.sql("update operation set lease_owner = null, lease_until = null where id = :id and lease_owner = :worker")
                .param("id", operation.toString())
                .param("worker", worker)
                .update();
    }

    /// The operation, when it is unfinished and the worker holds its lease.
    public Optional<Operation> held(UUID operation, String worker) {
        return jdbc.sql("select " + COLUMNS + " from operation where id = :id and lease_owner = :worker and "
                        + UNFINISHED)
                .param("id", operation.toString())
                .param("worker", worker)
                .query(Operations::read)
                .optional();
    }

    /// The broker has taken it.
    /// @return false when the lease is lost or the operation was superseded
    boolean sent(UUID operation, String worker, @Nullable String brokerOperation) {
        return jdbc.sql("update operation set state = 'sent', broker_operation = :word, trouble_since = null"
                                + " where id = :id and lease_owner = :worker and state = 'accepted'")
                        .param("word", brokerOperation)
                        .param("id", operation.toString())
                        .param("worker", worker)
                        .update()
                == 1;
    }

    public void trouble(UUID operation, String worker, @Nullable Instant since) {
        jdbc.sql("update operation set trouble_since = :since where id = :id and lease_owner = :worker")
                .param("since", since == null ? null : Columns.time(since))
                .param("id", operation.toString())
                .param("worker", worker)
                .update();
    }

    /// Ends it and gives the lease back.
    /// @param steps JSON text, or null for none
    /// @return false when the lease is lost or the operation was superseded
    boolean finish(UUID operation, String worker, Operation.State state, String description, @Nullable String steps) {
        boolean held = jdbc.sql(
                                "update operation set state = :state, description = :description, steps = :steps, ended_at = :now,"
                                        + " lease_owner = null, lease_until = null"
                                        + " where id = :id and lease_owner = :worker and " + UNFINISHED)
                        .param("state", state.column())
                        .param("description", Clusters.fitting(description))
                        .param("steps", steps)
                        .param("now", Columns.time(clock.instant()))
                        .param("id", operation.toString())
                        .param("worker", worker)
                        .update()
                == 1;
        if (held) {
            end.ended(operation, state);
        }
        return held;
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private static Operation read(ResultSet row, int number) throws SQLException {
        return new Operation(
                UUID.fromString(row.getString("id")),
                UUID.fromString(row.getString("cluster_uuid")),
                Action.valueOf(row.getString("type")),
                Operation.State.ofColumn(row.getString("state")),
                Columns.principal(row.getString("requester_kind"), row.getString("requester_name")),
                row.getInt("workers"),
                row.getString("parameters"),
                Columns.uuid(row.getString("kubernetes_profile")),
                row.getInt("previous_workers"),
                ClusterSettings.ofJson(row.getString("previous_settings")),
                new ClusterProfiles.Ids(
                        Columns.uuid(row.getString("previous_kubernetes_profile")),
                        Columns.uuid(row.getString("previous_compute_profile")),
                        Columns.uuid(row.getString("previous_encryption_profile"))),
                Optional.ofNullable(row.getString("broker_operation")),
                row.getString("description"),
                Optional.ofNullable(Columns.instant(row.getObject("trouble_since", LocalDateTime.class))));
    }
}
