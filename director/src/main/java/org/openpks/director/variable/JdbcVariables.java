package org.openpks.director.variable;

import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.store.Transactions;
import org.openpks.kernel.Fault;
import org.openpks.kernel.Pem;
import org.openpks.kernel.Sealer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Repository
class JdbcVariables implements Variables {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String VERSION = "select v.* from variable_version v ";
    private static final int NAME_LENGTH = 700;

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final InstantSource clock;
    private final Generator generator;
    private final Sealer sealer;

    JdbcVariables(
            JdbcClient jdbc,
            Transactions transactions,
            InstantSource clock,
            Generator generator,
            DirectorSettings settings) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
        this.generator = generator;
        boolean empty = jdbc.sql("select count(*) from variable_version")
                        .query(Long.class)
                        .single()
                == 0;
        this.sealer = KeyFile.open(settings.keyFile(), empty);
    }

    @Override
    public Optional<Variable> find(String name) {
        return jdbc.sql(VERSION + "join variable n on n.current_id = v.id where n.name = :name")
                .param("name", absolute(name))
                .query(this::variable)
                .optional();
    }

    @Override
    public Variable ensure(String name, String type, Map<String, Object> options) {
        var known = find(name);
        return known.isPresent() ? known.get() : make(name, type, options, true);
    }

    @Override
    public Variable generate(String name, String type, Map<String, Object> options) {
        return make(name, type, options, false);
    }

    /// The row of the name is locked while the value is made, so that callers who ask at once get one value.
    private Variable make(String name, String type, Map<String, Object> options, boolean keep) {
        var absolute = absolute(name);
        return transactions.run(() -> {
            var current = lock(absolute);
            return keep && current.isPresent() ? current.get() : make(absolute, type, options);
        });
    }

    /// A new version that is current at once. Call with the name's row locked.
    Variable make(String name, String type, Map<String, Object> options) {
        return insert(name, type, options, value(name, type, options), Standing.of(type, options, this));
    }

    Object value(String name, String type, Map<String, Object> options) {
        return generator.generate(name, type, options, other -> find(other).map(Variable::value));
    }

    @Override
    public Variable set(String name, String type, Object value) {
        var absolute = absolute(name);
        return transactions.run(() -> {
            var current = lock(absolute);
            if (current.isPresent()
                    && current.get().type().equals(type)
                    && current.get().value().equals(value)) {
                return current.get();
            }
            return insert(absolute, type, Map.of(), value, Standing.CURRENT);
        });
    }

    /// The insert locks a row that is there for writing, where `insert ignore` would share it and two callers would
    /// block each other.
    Optional<Variable> lock(String name) {
        jdbc.sql("insert into variable (name) values (:name) on duplicate key update name = name")
                .param("name", name)
                .update();
        var row = jdbc.sql("select name, current_id from variable where name = :name for update")
                .param("name", name)
                .query((result, number) -> Optional.ofNullable(result.getString("current_id")))
                .single();
        return row.flatMap(this::byId);
    }

    /// How a version of a certificate stands among others.
    /// @param authority who signs it; empty for whoever signs itself
    /// @param trusted the authority (PEM) that is trusted beside the one that signed it
    record Standing(boolean transitional, Optional<String> authority, Optional<String> trusted) {
        static final Standing CURRENT = new Standing(false, Optional.empty(), Optional.empty());

        /// Of a version that is made now: a transitional version of its authority is trusted already.
        static Standing of(String type, Map<String, Object> options, JdbcVariables variables) {
            if (!type.equals("certificate") || !(options.get("ca") instanceof String ca) || ca.isEmpty()) {
                return CURRENT;
            }
            var name = absolute(ca);
            var trusted = variables.transitional(name).flatMap(one -> part(one.value(), "certificate"));
            return new Standing(false, Optional.of(name), trusted);
        }
    }

    /// Call with the name's row locked.
    Variable insert(String name, String type, Map<String, Object> options, Object value, Standing standing) {
        var id = UUID.randomUUID().toString();
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        jdbc.sql("""
                insert into variable_version
                  (id, name, type, options, value, created_at, expires_at, authority, is_ca, transitional, trusted_ca)
                values (:id, :name, :type, :options, :value, :now, :expires, :authority, :ca, :transitional, :trusted)""")
                .param("id", id)
                .param("name", name)
                .param("type", type)
                .param("options", JSON.writeValueAsString(options))
                .param("value", sealer.seal(JSON.writeValueAsString(value), bound(id, name)))
                .param("now", now.toEpochMilli())
                .param(
                        "expires",
                        certificate(type, value)
                                .map(one -> one.getNotAfter().getTime())
                                .orElse(null))
                .param("authority", standing.authority().orElse(null))
                .param(
                        "ca",
                        certificate(type, value)
                                .map(one -> one.getBasicConstraints() >= 0)
                                .orElse(false))
                .param("transitional", standing.transitional())
                .param("trusted", standing.trusted().orElse(null))
                .update();
        settle(name);
        return byId(id).orElseThrow();
    }

    /// Makes the newest version current that is not transitional; when there is none, the newest.
    void settle(String name) {
        jdbc.sql("""
                update variable set current_id = (select id from variable_version where name = :name
                  order by transitional, sequence desc limit 1) where name = :name""").param("name", name).update();
    }

    /// The version of a certificate that is trusted beside the current one.
    Optional<Variable> transitional(String name) {
        return jdbc.sql(VERSION + "where v.name = :name and v.transitional order by v.sequence desc limit 1")
                .param("name", absolute(name))
                .query(this::variable)
                .optional();
    }

    /// A part of a certificate's value, as it was made.
    static Optional<String> part(Object value, String key) {
        return value instanceof Map<?, ?> map && map.get(key) instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }

    private static Optional<X509Certificate> certificate(String type, Object value) {
        if (!type.equals("certificate")) {
            return Optional.empty();
        }
        try {
            return part(value, "certificate").map(pem -> Pem.certificates(pem).getFirst());
        } catch (IllegalArgumentException | NoSuchElementException e) {
            // A certificate that somebody set may be anything; then its end is not known.
            return Optional.empty();
        }
    }

    @Override
    public Optional<Variable> byId(String id) {
        return jdbc.sql(VERSION + "where v.id = :id")
                .param("id", id)
                .query(this::variable)
                .optional();
    }

    @Override
    public List<Variable> versions(String name) {
        return jdbc.sql(VERSION + "where v.name = :name order by v.sequence desc")
                .param("name", absolute(name))
                .query(this::variable)
                .list();
    }

    @Override
    public List<Entry> list(String prefix) {
        return jdbc.sql("""
                select v.id, v.name, v.type, v.created_at, v.expires_at from variable_version v
                join variable n on n.current_id = v.id where n.name like :pattern order by v.sequence desc""")
                .param("pattern", pattern(prefix))
                .query((row, number) -> new Entry(
                        row.getString("id"),
                        row.getString("name"),
                        row.getString("type"),
                        Instant.ofEpochMilli(row.getLong("created_at")),
                        Optional.ofNullable(row.getObject("expires_at", Long.class))
                                .map(Instant::ofEpochMilli)))
                .list();
    }

    @Override
    public boolean delete(String name) {
        return jdbc.sql("delete from variable where name = :name")
                        .param("name", absolute(name))
                        .update()
                > 0;
    }

    @Override
    public void deleteByPrefix(String prefix) {
        if (prefix.length() < 2) {
            throw new IllegalArgumentException("a prefix for deletion names more than the root");
        }
        jdbc.sql("delete from variable where name like :pattern")
                .param("pattern", pattern(prefix))
                .update();
    }

    /// The prefix as a LIKE pattern that means it literally.
    private static String pattern(String prefix) {
        return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }

    static String absolute(String name) {
        var absolute = name.startsWith("/") ? name : "/" + name;
        if (absolute.length() > NAME_LENGTH || absolute.length() < 2) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID, "A variable's name has 1 to " + (NAME_LENGTH - 1) + " characters.");
        }
        return absolute;
    }

    private static String bound(String id, String name) {
        return id + " " + name;
    }

    private Variable variable(ResultSet row, int number) throws SQLException {
        var id = row.getString("id");
        var name = row.getString("name");
        return new Variable(
                id,
                name,
                row.getString("type"),
                trusting(
                        value(sealer.open(row.getString("value"), bound(id, name))),
                        Optional.ofNullable(row.getString("trusted_ca"))),
                JSON.readValue(row.getString("options"), new TypeReference<Map<String, Object>>() {}),
                Instant.ofEpochMilli(row.getLong("created_at")),
                row.getBoolean("transitional"));
    }

    /// The value with the second authority behind the one that signed it.
    private static Object trusting(Object value, Optional<String> trusted) {
        if (trusted.isEmpty() || !(value instanceof Map<?, ?> map)) {
            return value;
        }
        var both = new LinkedHashMap<Object, Object>(map);
        both.put(
                "ca",
                part(value, "ca").orElse("").strip() + "\n" + trusted.get().strip() + "\n");
        return both;
    }

    /// A version's value with the authority that signed it alone.
    Object made(String id) {
        return jdbc.sql("select name, value from variable_version where id = :id")
                .param("id", id)
                .query((row, number) -> value(sealer.open(row.getString("value"), bound(id, row.getString("name")))))
                .single();
    }

    private static Object value(String json) {
        return Objects.requireNonNullElse(JSON.readValue(json, Object.class), "");
    }
}
