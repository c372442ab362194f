package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every operation under every scope, on an own cluster and on somebody else's. Requests that get through are made
/// so that they change nothing: the table stays the same whatever the order is.
class ScopesIT {

    private static final String REFUSED =
            "You do not have enough privileges to perform this action. Please contact the PKS administrator.";

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
        api.as(api.uaa.token("alice", "pks.clusters.manage")).create("own");
        api.awaitState("own", "CREATE succeeded");
        api.as(api.uaa.token("bob", "pks.clusters.manage")).create("foreign");
        api.awaitState("foreign", "CREATE succeeded");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /// 400 stands for "allowed": the request gets past the rights and is refused for its body.
    @ParameterizedTest
    @CsvSource(textBlock = """
        # operation,      admin, manage, read, alias, manage+read, none
        list,               200,    200,  200,   200,         200,  403
        plans,              200,    200,  200,   200,         200,  403
        show own,           200,    200,  200,   200,         200,  403
        show foreign,       200,    404,  200,   200,         200,  403
        details own,        200,    200,  200,   200,         200,  403
        details foreign,    200,    404,  200,   200,         200,  403
        steps own,          200,    200,  200,   200,         200,  403
        steps foreign,      200,    404,  200,   200,         200,  403
        create,             400,    400,  403,   403,         400,  403
        resize own,         400,    400,  403,   403,         400,  403
        resize foreign,     400,    404,  403,   403,         403,  403
        delete none,        404,    404,  403,   403,         404,  403
        bind own,           201,    201,  403,   403,         201,  403
        bind foreign,       201,    404,  403,   403,         403,  403
        get-bind own,       200,    200,  403,   403,         200,  403
        get-bind foreign,   200,    404,  403,   403,         403,  403
        """)
    void everyOperationUnderEveryScope(
            String operation, int admin, int manage, int read, int alias, int both, int none) {
        check(operation, admin, "pks.clusters.admin");
        check(operation, manage, "pks.clusters.manage");
        check(operation, read, "pks.clusters.admin.read");
        check(operation, alias, "pks.clusters.admin-read-only");
        check(operation, both, "pks.clusters.manage", "pks.clusters.admin.read");
        check(operation, none, "openid");
    }

    private static void check(String operation, int status, String... scopes) {
        api.as(api.uaa.token("alice", scopes));
        var cluster = operation.endsWith("foreign") ? "foreign" : "own";
        var path = "/v1/clusters/" + cluster;
        var answer =
                switch (operation.split(" ")[0]) {
                    case "list" -> api.get("/v1/clusters");
                    case "plans" -> api.get("/v1/plans");
                    case "show" -> api.get(path);
                    case "details" -> api.get("/v1/clusterdetails/" + cluster);
                    case "steps" -> api.get(path + "/steps");
                    case "create" -> api.post("/v1/clusters", TestApi.order("new", "new.example.com", "huge"));
                    case "resize" -> api.patch(path, "{\"kubernetes_worker_instances\":0}");
                    case "delete" -> api.delete("/v1/clusters/none");
                    case "bind" -> api.post(path + "/binds", null);
                    case "get-bind" -> api.get(path + "/binds/alice");
                    default -> throw new IllegalArgumentException(operation);
                };
        assertThat(answer.status())
                .as("%s with %s: %s", operation, Map.of("scopes", scopes), answer.text())
                .isEqualTo(status);
        if (status == 403) {
            assertThat(answer.sentence()).isEqualTo(REFUSED);
        }
    }

    @Test
    void listsWhatTheCallerMaySee() {
        assertThat(api.as(api.uaa.token("alice", "pks.clusters.manage"))
                        .get("/v1/clusters")
                        .json()
                        .findValuesAsString("name"))
                .containsExactly("own");
        for (var scope :
                new String[] {"pks.clusters.admin", "pks.clusters.admin.read", "pks.clusters.admin-read-only"}) {
            assertThat(api.as(api.uaa.token("alice", scope))
                            .get("/v1/clusters")
                            .json()
                            .findValuesAsString("name"))
                    .containsExactly("foreign", "own");
        }
    }

    @Test
    void deletesOwnClustersAndNobodyElses() {
        api.as(api.uaa.token("carol", "pks.clusters.manage"));
        assertThat(api.delete("/v1/clusters/own").status()).isEqualTo(404);
        api.as(api.uaa.token("carol", "pks.clusters.manage", "pks.clusters.admin.read"));
        assertThat(api.delete("/v1/clusters/own").status()).isEqualTo(403);
        assertThat(api.create("carols").status()).isEqualTo(202);
        api.awaitState("carols", "CREATE succeeded");
        assertThat(api.delete("/v1/clusters/carols").status()).isEqualTo(204);
        api.awaitState("carols", "gone");
    }

    @Test
    void aClientOwnsWhatItCreatesAndIsNotTheUserOfItsName() {
        api.as(api.uaa.clientToken("ci", "pks.clusters.manage"));
        assertThat(api.create("built").status()).isEqualTo(202);
        api.awaitState("built", "CREATE succeeded");
        assertThat(api.as(api.uaa.token("ci", "pks.clusters.manage"))
                        .get("/v1/clusters/built")
                        .status())
                .isEqualTo(404);
        api.as(api.uaa.clientToken("ci", "pks.clusters.manage"));
        assertThat(api.delete("/v1/clusters/built").status()).isEqualTo(204);
        api.awaitState("built", "gone");
    }

    @Test
    void onlyAdministratorsAskForOtherPeoplesCredentials() {
        api.as(api.uaa.token("alice", "pks.clusters.manage"));
        assertThat(api.get("/v1/clusters/own/binds/bob").status()).isEqualTo(403);
        api.asAdmin();
        assertThat(api.get("/v1/clusters/own/binds/bob").status()).isEqualTo(200);
    }
}
