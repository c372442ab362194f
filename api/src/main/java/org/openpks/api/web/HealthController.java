package org.openpks.api.web;

import org.openpks.component.token.TokenKeys;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Tells load balancers and start scripts whether requests make sense: 200 while the database answers and tokens can be
/// checked, 503 while they cannot. Needs no token.
@RestController
class HealthController {

    private final JdbcClient jdbc;
    private final TokenKeys keys;

    HealthController(JdbcClient jdbc, TokenKeys keys) {
        this.jdbc = jdbc;
        this.keys = keys;
    }

    @GetMapping(path = "/healthz")
    ResponseEntity<String> health() {
        jdbc.sql("select 1").query(Integer.class).single();
        return keys.available() ? plain(200, "ok") : plain(503, "the UAA does not answer");
    }

    private static ResponseEntity<String> plain(int status, String text) {
        return ResponseEntity.status(status).contentType(MediaType.TEXT_PLAIN).body(text);
    }
}
