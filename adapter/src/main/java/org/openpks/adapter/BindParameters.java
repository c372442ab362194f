package org.openpks.adapter;

import java.util.Map;
import java.util.Optional;

/// What a bind request wishes beyond its id; named after the query of `GET /v1/clusters/NAME/binds/USER`.
/// @param userName a user of the cluster's OpenID Connect provider; without such a provider nobody's
/// @param administrator whether the identity administers the cluster (`suppress_cluster_role_binding` says no)
record BindParameters(Optional<String> userName, boolean administrator) {

    static final String USER_NAME = "user_name";
    static final String SUPPRESS = "suppress_cluster_role_binding";
    static final int MAX_USER_NAME = 255;

    /// Reads the `parameters` of an OSB body.
    static BindParameters of(Map<String, Object> body) {
        var given =
                switch (body.get("parameters")) {
                    case null -> Map.<Object, Object>of();
                    case Map<?, ?> map -> map;
                    default -> throw Parameters.invalid("parameters", "must be an object");
                };
        Optional<String> user = Optional.empty();
        boolean administrator = true;
        for (var entry : given.entrySet()) {
            var name = String.valueOf(entry.getKey());
            var value = entry.getValue();
            switch (name) {
                case USER_NAME -> user = Optional.of(userName(value));
                case SUPPRESS -> {
                    if (!(value instanceof Boolean suppress)) {
                        throw Parameters.invalid(SUPPRESS, "must be true or false");
                    }
                    administrator = !suppress;
                }
                default -> throw Parameters.invalid(name, "is not a parameter of a binding");
            }
        }
        return new BindParameters(user, administrator);
    }

    private static String userName(Object value) {
        if (!(value instanceof String text)
                || text.isBlank()
                || text.length() > MAX_USER_NAME
                || text.chars().anyMatch(Character::isISOControl)) {
            throw Parameters.invalid(
                    USER_NAME, "must be a text of 1 to %d characters on one line".formatted(MAX_USER_NAME));
        }
        return text;
    }
}
