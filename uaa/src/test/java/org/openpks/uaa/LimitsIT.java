package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Sizes, paths that are refused, and what the log says of all this.
class LimitsIT {

    private static Uaa uaa;

    @BeforeAll
    static void start() {
        uaa = Uaa.start(Map.of());
    }

    @AfterAll
    static void stop() {
        uaa.close();
    }

    @Test
    void refusesWhatIsTooLarge() {
        var body = "{\"userName\":\"" + "x".repeat(2 << 20) + "\"}";
        assertThat(uaa.post("/Users", uaa.adminToken(), body).status()).isEqualTo(413);
        assertThat(uaa.send(uaa.request("/info")
                                .header("X-Large", "x".repeat(20_000))
                                .GET())
                        .status())
                .isIn(400, 431);
    }

    @Test
    void refusesOddPaths() {
        var admin = uaa.adminToken();
        uaa.get("/Users/%2e%2e/oauth/clients", admin).expect(400);
        uaa.get("/Users/a%2fb", admin).expect(400);
        uaa.get("/Users;x=1", admin).expect(400);
        uaa.get("/no/such/path", admin).error(404, "not_found");
        uaa.send(uaa.request("/oauth/token").GET()).error(405, "method_not_allowed");
        uaa.send(uaa.authorized("/Users", admin).DELETE()).error(405, "method_not_allowed");
        uaa.send(uaa.authorized("/Users", admin)
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("x")))
                .error(415, "unsupported_media_type");
    }

    @Test
    void namesEventsAndKeepsSecretsOutOfEveryLog() {
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var events = new ListAppender<ILoggingEvent>();
        events.start();
        root.addAppender(events);
        try {
            var admin = uaa.adminToken();
            var secrets = List.of("hidden-password", "hidden-changed", "hidden-secret", "hidden-guess", admin);
            var id = uaa.post(
                            "/Users",
                            admin,
                            "{\"userName\":\"eve\",\"password\":\"hidden-password\",\"emails\":[{\"value\":\"x@y\"}]}")
                    .expect(201)
                    .text("id");
            uaa.password("pks_cluster_client", "eve", "hidden-guess").error(401, "invalid_client");
            var login =
                    uaa.password("pks_cluster_client", "eve", "hidden-password").expect(200);
            uaa.put("/Users/" + id + "/password", admin, "{\"password\":\"hidden-changed\"}")
                    .expect(200);
            uaa.post(
                            "/oauth/clients",
                            admin,
                            "{\"client_id\":\"logged\",\"client_secret\":\"hidden-secret\",\"authorized_grant_types\":[\"client_credentials\"]}")
                    .expect(201);
            uaa.token(Uaa.basic("logged", "hidden-guess"), Map.of("grant_type", "client_credentials"))
                    .error(401, "invalid_client");
            uaa.clientToken("logged", "hidden-secret");
            uaa.delete("/oauth/clients/logged", admin).expect(200);
            uaa.delete("/Users/" + id, admin).expect(200);

            var lines =
                    events.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
            for (var event : List.of(
                    "UserCreatedEvent",
                    "UserAuthenticationFailure",
                    "UserAuthenticationSuccess",
                    "TokenIssuedEvent",
                    "PasswordChangeSuccess",
                    "ClientCreateSuccess",
                    "ClientAuthenticationFailure",
                    "ClientAuthenticationSuccess",
                    "ClientDeleteSuccess",
                    "UserDeletedEvent")) {
                assertThat(lines).anyMatch(line -> line.contains(",\"event\":\"" + event + "\","));
            }
            assertThat(lines)
                    .noneMatch(line -> secrets.stream().anyMatch(line::contains))
                    .noneMatch(line -> line.contains(login.text("access_token"))
                            || line.contains(login.text("refresh_token"))
                            || line.contains("$2a$"));
        } finally {
            root.detachAppender(events);
        }
    }
}
