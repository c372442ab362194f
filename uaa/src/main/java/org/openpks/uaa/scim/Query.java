package org.openpks.uaa.scim;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What a request for a list asks for.
/// @param filter SCIM 1.0; empty = all
/// @param sortBy an attribute; empty = the resource's usual order
/// @param start the first one's place, from 1
/// @param count the most of them
public record Query(String filter, String sortBy, boolean ascending, int start, int count) {

    private static final int USUAL = 100;
    private static final int MOST = 500;

    /// One row of a table as a value.
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Reads the parameters `filter`, `sortBy`, `sortOrder`, `startIndex` and `count`. Empty ones count as not
    /// given: `uaac` sends them so.
    public static Query of(Map<String, String> parameters) {
        var order = parameters.getOrDefault("sortOrder", "").toLowerCase(Locale.ROOT);
        return new Query(
                parameters.getOrDefault("filter", ""),
                parameters.getOrDefault("sortBy", ""),
                !order.startsWith("desc"),
                Math.max(1, number(parameters, "startIndex", 1)),
                Math.clamp(number(parameters, "count", USUAL), 0, MOST));
    }

    public static Query filter(String filter) {
        return new Query(filter, "", true, 1, MOST);
    }

    private static int number(Map<String, String> parameters, String name, int usual) {
        var text = Optional.ofNullable(parameters.get(name)).orElse("").strip();
        try {
            return text.isEmpty() ? usual : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw UaaFault.scim(400, "scim", name + " is not a number: " + UaaFault.printable(text));
        }
    }

    /// @param table a table, or a join in parentheses
    public <T> Page<T> run(JdbcClient jdbc, String table, Attributes attributes, Row<T> row) {
        var condition = Filter.parse(filter, attributes);
        var column = attributes
                .find(sortBy.isBlank() ? attributes.order() : sortBy)
                .orElseThrow(() -> UaaFault.scim(400, "scim", "Invalid sort attribute: " + UaaFault.printable(sortBy)))
                .column();
        var from = " from " + table + " where " + condition.sql();
        int total = jdbc.sql("select count(*)" + from)
                .params(condition.parameters())
                .query(Integer.class)
                .single();
        var items = jdbc.sql("select *" + from + " order by " + column + (ascending ? " asc" : " desc") + " limit "
                        + count + " offset " + (start - 1))
                .params(condition.parameters())
                .query((result, number) -> row.read(result))
                .list();
        return new Page<>(items, total, start);
    }
}
