package org.openpks.bosh;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Where the `Authorization` header of a request comes from.
@FunctionalInterface
public interface Authorization {

    /// For what needs no log-in.
    Authorization NONE = () -> "";

    /// The header's value; empty for no header.
    String header();

    /// Called after a 401; true when another attempt may fare better, because a token was renewed.
    default boolean renew() {
        return false;
    }

    static Authorization basic(String user, String password) {
        var header =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return () -> header;
    }
}
