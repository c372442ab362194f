package org.openpks.api.access;

/// Who owns or does something: a user by name, or a client that acts for itself by its id. A client is never taken
/// for the user of the same name.
public record Principal(Kind kind, String name) {

    public enum Kind {
        USER,
        CLIENT
    }

    @Override
    public String toString() {
        return name;
    }
}
