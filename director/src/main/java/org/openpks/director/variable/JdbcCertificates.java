package org.openpks.director.variable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.store.Transactions;
import org.openpks.director.variable.JdbcVariables.Standing;
import org.openpks.director.variable.Variables.Variable;
import org.openpks.kernel.Fault;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class JdbcCertificates implements Certificates {

    private static final String ROWS = """
            select n.id as certificate_id, v.id, v.name, v.authority, v.is_ca, v.transitional, v.created_at, v.expires_at,
              v.options <> '{}' as generated, v.id = n.current_id as is_current
            from variable_version v join variable n on n.name = v.name where v.type = 'certificate' """;

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final JdbcVariables variables;

    JdbcCertificates(JdbcClient jdbc, Transactions transactions, JdbcVariables variables) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.variables = variables;
    }

    private record Row(String certificate, String name, Optional<String> authority, boolean current, Version version) {}

    @Override
    public List<Certificate> list() {
        return certificates(jdbc.sql(ROWS + "order by v.name, v.sequence desc")
                .query(this::row)
                .list());
    }

    @Override
    public Optional<Certificate> named(String name) {
        return one("v.name", JdbcVariables.absolute(name));
    }

    @Override
    public Optional<Certificate> find(String id) {
        return one("n.id", id);
    }

    private Optional<Certificate> one(String column, String value) {
        var rows = jdbc.sql(ROWS + "and " + column + " = :value order by v.sequence desc")
                .param("value", value)
                .query(this::row)
                .list();
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(certificate(rows, signedBy(rows.getFirst().name())));
    }

    private Row row(ResultSet row, int number) throws SQLException {
        var authority = Optional.ofNullable(row.getString("authority"));
        return new Row(
                row.getString("certificate_id"),
                row.getString("name"),
                authority,
                row.getBoolean("is_current"),
                new Version(
                        row.getString("id"),
                        Instant.ofEpochMilli(row.getLong("created_at")),
                        Optional.ofNullable(row.getObject("expires_at", Long.class))
                                .map(Instant::ofEpochMilli),
                        row.getBoolean("transitional"),
                        row.getBoolean("is_ca"),
                        authority.isEmpty(),
                        row.getBoolean("generated")));
    }

    private static List<Certificate> certificates(List<Row> rows) {
        var byName = new LinkedHashMap<String, List<Row>>();
        rows.forEach(row ->
                byName.computeIfAbsent(row.name(), name -> new ArrayList<>()).add(row));
        var signs = new LinkedHashMap<String, List<String>>();
        rows.stream().filter(Row::current).forEach(row -> row.authority()
                .ifPresent(by ->
                        signs.computeIfAbsent(by, name -> new ArrayList<>()).add(row.name())));
        return byName.entrySet().stream()
                .map(entry -> certificate(entry.getValue(), signs.getOrDefault(entry.getKey(), List.of())))
                .toList();
    }

    private static Certificate certificate(List<Row> rows, List<String> signs) {
        var current = rows.stream().filter(Row::current).findFirst().orElse(rows.getFirst());
        return new Certificate(
                current.certificate(),
                current.name(),
                current.authority().orElse(current.name()),
                signs,
                rows.stream().map(Row::version).toList());
    }

    private List<String> signedBy(String authority) {
        return jdbc.sql("""
                select v.name from variable_version v join variable n on n.current_id = v.id
                where v.authority = :authority order by v.name""").param("authority", authority).query(String.class).list();
    }

    @Override
    public Variable regenerate(String name, boolean transitional) {
        return transactions.run(() -> {
            var current = certificate(name);
            if (!transitional) {
                return variables.make(current.name(), current.type(), current.options());
            }
            if (variables.transitional(current.name()).isPresent()) {
                throw new Fault(
                        DirectorFault.VALUE_INVALID,
                        "The maximum number of transitional versions for a given CA is 1.");
            }
            var standing = Standing.of(current.type(), current.options(), variables);
            var made = variables.insert(
                    current.name(),
                    current.type(),
                    current.options(),
                    variables.value(current.name(), current.type(), current.options()),
                    new Standing(true, standing.authority(), standing.trusted()));
            tellSigned(current.name());
            return made;
        });
    }

    @Override
    public List<Variable> setTransitional(String name, Optional<String> version) {
        return transactions.run(() -> {
            variables.lock(name);
            var id = version.map(one ->
                    one.equals("latest") ? variables.versions(name).getFirst().id() : one);
            if (id.isPresent()
                    && variables.versions(name).stream()
                            .noneMatch(one -> one.id().equals(id.get()))) {
                throw new Fault(
                        DirectorFault.VALUE_INVALID,
                        "The credential version '%s' is none of the certificate '%s'.".formatted(id.get(), name));
            }
            jdbc.sql("update variable_version set transitional = (id = :id) where name = :name")
                    .param("id", id.orElse(""))
                    .param("name", name)
                    .update();
            variables.settle(name);
            tellSigned(name);
            return active(name);
        });
    }

    @Override
    public List<String> regenerateSignedBy(String authority) {
        var absolute = JdbcVariables.absolute(authority);
        if (named(absolute).isEmpty()) {
            throw new Fault(DirectorFault.VARIABLE_UNKNOWN, "There is no certificate '%s'.".formatted(authority));
        }
        var made = new ArrayList<String>();
        for (var name : signedBy(absolute)) {
            regenerate(name, false);
            made.add(name);
            if (named(name).orElseThrow().versions().getFirst().authority()) {
                made.addAll(regenerateSignedBy(name));
            }
        }
        return made;
    }

    @Override
    public List<Variable> active(String name) {
        return Stream.concat(variables.find(name).stream(), variables.transitional(name).stream())
                .distinct()
                .toList();
    }

    /// The certificate with its row locked.
    /// @throws Fault when it was set and not generated
    private Variable certificate(String name) {
        var current = variables
                .lock(JdbcVariables.absolute(name))
                .orElseThrow(() ->
                        new Fault(DirectorFault.VARIABLE_UNKNOWN, "There is no certificate '%s'.".formatted(name)));
        if (!current.type().equals("certificate") || current.options().isEmpty()) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID,
                    "'%s' was set and not generated, so it cannot be generated again.".formatted(name));
        }
        return current;
    }

    /// Gives what an authority signed the authorities that are to be trusted from now on.
    private void tellSigned(String authority) {
        var active = variables.find(authority).flatMap(one -> JdbcVariables.part(one.value(), "certificate"));
        var transitional =
                variables.transitional(authority).flatMap(one -> JdbcVariables.part(one.value(), "certificate"));
        for (var name : signedBy(authority)) {
            var current = variables.lock(name).orElseThrow();
            var made = variables.made(current.id());
            boolean byTransitional =
                    transitional.isPresent() && JdbcVariables.part(made, "ca").equals(transitional);
            variables.insert(
                    name,
                    current.type(),
                    current.options(),
                    made,
                    new Standing(false, Optional.of(authority), byTransitional ? active : transitional));
        }
    }
}
