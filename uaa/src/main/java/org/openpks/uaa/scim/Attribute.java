package org.openpks.uaa.scim;

/// A column that filters may name.
public record Attribute(String column, Kind kind) {

    /// How a filter's value is read.
    public enum Kind {
        TEXT,
        BOOLEAN,
        NUMBER,
        TIME
    }

    public static Attribute text(String column) {
        return new Attribute(column, Kind.TEXT);
    }

    public static Attribute bool(String column) {
        return new Attribute(column, Kind.BOOLEAN);
    }

    public static Attribute number(String column) {
        return new Attribute(column, Kind.NUMBER);
    }

    public static Attribute time(String column) {
        return new Attribute(column, Kind.TIME);
    }
}
