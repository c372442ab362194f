package org.openpks.uaa.scim;

import java.util.ArrayList;
import java.util.List;

/// A piece of SQL with its parameters, in their order.
record Condition(String sql, List<Object> parameters) {

    static final Condition NONE = new Condition("1 = 1", List.of());

    Condition {
        parameters = List.copyOf(parameters);
    }

    Condition joined(String operator, Condition other) {
        var all = new ArrayList<>(parameters);
        all.addAll(other.parameters());
        return new Condition("(" + sql + " " + operator + " " + other.sql() + ")", all);
    }
}
