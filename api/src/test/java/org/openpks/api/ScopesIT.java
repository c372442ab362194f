package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.openpks.api.access.Audited;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Every route under every scope, on own things and on somebody else's: `scopes.csv` is the table. Every request is
/// also looked up in the audit log, which has those that change something, hand credentials out or are refused for
/// lack of rights, and no others.
class ScopesIT {

    private static final String REFUSED =
            "You do not have enough privileges to perform this action. Please contact the PKS administrator.";

    private static final String PROFILE =
            "{\"name\":\"%s\",\"customizations\":[{\"component\":\"kubelet\",\"arguments\":{\"max-pods\":\"50\"}}]}";

    private static final String TOO_FAR = "1.39.0";

    private static final Map<String, List<String>> SCOPES = Map.of(
            "admin", List.of("pks.clusters.admin"),
            "manage", List.of("pks.clusters.manage"),
            "read", List.of("pks.clusters.admin.read"),
            "alias", List.of("pks.clusters.admin-read-only"),
            "both", List.of("pks.clusters.manage", "pks.clusters.admin.read"),
            "none", List.of("openid"));

    /// Routes that need no token.
    private static final Set<String> OPEN = Set.of("GET /healthz", "GET /v1/openapi.json");

    /// What is sent; `%s` is the name of the cluster. Where rights suffice, what is sent changes nothing, or is made
    /// good before the next request.
    private static final Map<String, String> BODIES = Map.of(
            "POST /v1/clusters", TestApi.order("new", "new.example.com", "huge"),
            "PATCH /v1/clusters", "{\"clusters\":[\"%s\"]}",
            "PATCH /v1/clusters/{name}", "{\"kubernetes_worker_instances\":0}",
            "POST /v1/kubernetes-profiles", "{\"name\":\"new\"}",
            "POST /v1/network-profiles", "{\"name\":\"new\"}",
            "POST /v1/compute-profiles", "{\"name\":\"new\"}",
            "POST /v1/clusters/{name}/certificates/rotate", "{\"scope\":\"some\"}",
            "POST /v1/quotas", "{\"owner\":\"alice\",\"limit\":{\"cpu\":1000}}",
            "PATCH /v1/quotas/{owner}", "{\"limit\":{\"cpu\":1000}}");

    private static TestApi api;
    private static AuditLog audit;
    private static String ownTask;
    private static String foreignTask;

    @BeforeAll
    static void start() {
        api = new TestApi();
        audit = new AuditLog();
        restore();
        ownTask = task("alice", "own");
        foreignTask = task("bob", "foreign");
        // A step that Kubernetes does not allow: upgrades are refused for themselves where rights suffice.
        api.broker.offered = TOO_FAR;
    }

    @AfterAll
    static void stop() {
        audit.close();
        api.close();
    }

    private static TestApi as(String user, List<String> scopes) {
        return api.as(api.uaa.token(user, scopes.toArray(String[]::new)));
    }

    private static String task(String user, String cluster) {
        as(user, SCOPES.get("manage"));
        var id = api.patch("/v1/clusters", "{\"clusters\":[\"%s\"]}".formatted(cluster))
                .json()
                .path("uuid")
                .asString();
        TestApi.await(
                () -> api.get("/v1/tasks/" + id)
                        .json()
                        .path("status")
                        .asString()
                        .equals("done"),
                () -> "the task does not end");
        return id;
    }

    /// Makes what the last request removed.
    private static void restore() {
        for (var kind : List.of("network", "compute")) {
            api.asAdmin()
                    .post(
                            "/v1/%s-profiles".formatted(kind),
                            "{\"name\":\"own\",\"parameters\":%s}"
                                    .formatted(kind.equals("network") ? "\"{}\"" : "{\"worker_azs\":[\"z1\"]}"));
        }
        for (var owner : Map.of("alice", "own", "bob", "foreign").entrySet()) {
            as(owner.getKey(), SCOPES.get("manage"));
            TestApi.await(() -> !api.state(owner.getValue()).equals("DELETE in progress"), () -> "nothing is deleted");
            if (api.state(owner.getValue()).equals("gone")) {
                var offered = api.broker.offered;
                api.broker.offered = "1.37.2";
                api.create(owner.getValue());
                api.awaitState(owner.getValue(), "CREATE succeeded");
                api.broker.offered = offered;
            }
            as(owner.getKey(), SCOPES.get("manage"))
                    .post("/v1/kubernetes-profiles", PROFILE.formatted(owner.getValue()));
            api.asAdmin().post("/v1/quotas", "{\"owner\":\"%s\",\"limit\":{\"cpu\":1000}}".formatted(owner.getKey()));
        }
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/scopes.csv", useHeadersInDisplayName = true)
    void everyRouteUnderEveryScope(
            String method, String path, String whose, int admin, int manage, int read, int both, int none) {
        check(method, path, whose, "admin", admin);
        check(method, path, whose, "manage", manage);
        check(method, path, whose, "read", read);
        check(method, path, whose, "alias", read);
        check(method, path, whose, "both", both);
        check(method, path, whose, "none", none);
        for (var token : List.of("", "nonsense", api.uaa.unsigned(api.uaa.claims("alice", "pks.clusters.admin")))) {
            api.as(token);
            var answer = send(method, path, whose);
            assertThat(answer.status()).isEqualTo(401);
            assertAudited(answer, method, path, whose);
        }
    }

    private static void check(String method, String path, String whose, String scopes, int status) {
        if (method.equals("DELETE")) {
            restore();
        }
        as("alice", SCOPES.get(scopes));
        var answer = send(method, path, whose);
        assertThat(answer.status())
                .as("%s %s (%s) with %s: %s", method, path, whose, scopes, answer.text())
                .isEqualTo(status);
        if (status == 403) {
            assertThat(answer.sentence()).isEqualTo(REFUSED);
        }
        assertAudited(answer, method, path, whose);
    }

    private static TestApi.Answer send(String method, String path, String whose) {
        boolean own = !whose.equals("foreign");
        var body = BODIES.get(method + " " + path);
        return api.send(
                method,
                path.replace("{name}", own ? "own" : "foreign")
                        .replace("{user}", "alice")
                        .replace("{owner}", own ? "alice" : "bob")
                        .replace("{id}", own ? ownTask : foreignTask),
                body == null ? null : body.formatted(own ? "own" : "foreign"),
                body == null ? null : "application/json");
    }

    private static void assertAudited(TestApi.Answer answer, String method, String path, String whose) {
        int status = answer.status();
        boolean expected = !method.equals("GET")
                || path.contains("/binds")
                || status == 401
                || status == 403
                || (status == 404 && whose.equals("foreign"));
        if (!expected) {
            assertThat(audit.of(answer)).as(path).isEmpty();
            return;
        }
        TestApi.await(
                () -> !audit.of(answer).isEmpty(), () -> "%s %s %d is not audited".formatted(method, path, status));
        assertThat(audit.of(answer)).hasSize(1);
        var event = audit.of(answer).getFirst();
        assertThat(event.path("status").asInt()).isEqualTo(status);
        assertThat(event.path("result").asString()).isEqualTo(status < 400 ? "accepted" : "refused");
        assertThat(event.path("action").asString()).isEqualTo(routes().get(method + " " + path));
        assertThat(event.path("remoteAddress").asString()).isEqualTo("127.0.0.1");
        assertThat(event.path("user").asString("")).isEqualTo(status == 401 ? "" : "alice");
        assertThat(event.path("token").asString("")).matches(status == 401 ? "" : "sha256:[0-9a-f]{16}");
        if (status == 404 && whose.equals("foreign")) {
            assertThat(event.path("owner").asString()).isEqualTo("bob");
        }
        if (path.contains("{name}")
                && path.contains("/cluster")
                && status != 401
                && !event.path("code").asString("").isEmpty()
                && status != 403) {
            assertThat(event.path("cluster").asString()).isEqualTo(whose);
        }
    }

    /// What every mapped route is called in the audit log; empty without a name.
    private static Map<String, String> routes() {
        var routes = new TreeMap<String, String>();
        api.running()
                .bean(RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((info, handler) -> {
                    boolean audited = handler.hasMethodAnnotation(Audited.class);
                    var name =
                            audited ? handler.getMethodAnnotation(Audited.class).value() : "";
                    names(info).filter(route -> !route.endsWith(" /error")).forEach(route -> routes.put(route, name));
                });
        return routes;
    }

    private static Stream<String> names(RequestMappingInfo info) {
        return info.getPathPatternsCondition().getPatternValues().stream()
                .flatMap(
                        path -> info.getMethodsCondition().getMethods().stream().map(method -> method + " " + path));
    }

    private static Set<String> table() {
        var file = Path.of("src", "test", "resources", "scopes.csv");
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("method"))
                    .map(line -> line.split(",\\s*"))
                    .map(cells -> cells[0] + " " + cells[1])
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theTableHasEveryRouteAndEveryRouteHasAName() {
        var mapped = new TreeSet<>(routes().keySet());
        mapped.removeAll(OPEN);
        assertThat(table()).isEqualTo(mapped);
        routes().forEach((route, name) -> assertThat(name.isEmpty()).as(route).isEqualTo(OPEN.contains(route)));
    }

    @Test
    void methodsThatAreNotInTheTableAreRefused() {
        api.asAdmin();
        var paths = table().stream().map(route -> route.split(" ")[1]).collect(Collectors.toSet());
        for (var path : paths) {
            for (var method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
                if (!table().contains(method + " " + path)) {
                    var answer = api.send(method, path.replaceAll("\\{.*?}", "own"), "{}", "application/json");
                    assertThat(answer.status()).as("%s %s", method, path).isEqualTo(405);
                    assertThat(answer.headers().firstValue("Allow").orElse(""))
                            .isEqualTo(table().stream()
                                    .filter(route -> route.endsWith(" " + path))
                                    .map(route -> route.split(" ")[0])
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
                }
            }
        }
    }

    @Test
    void listsWhatTheCallerMaySee() {
        restore();
        as("alice", SCOPES.get("manage"));
        assertThat(names("/v1/clusters", "name")).containsExactly("own");
        assertThat(names("/v1/tasks", "uuid")).containsExactly(ownTask);
        assertThat(names("/v1/quotas", "owner")).containsExactly("alice");
        assertThat(names("/v1/usages", "owner")).containsExactly("alice");
        for (var scopes : List.of("admin", "read", "alias", "both")) {
            as("alice", SCOPES.get(scopes));
            assertThat(names("/v1/clusters", "name")).containsExactly("foreign", "own");
            assertThat(names("/v1/tasks", "uuid")).containsExactly(foreignTask, ownTask);
            assertThat(names("/v1/quotas", "owner")).containsExactly("alice", "bob");
            assertThat(names("/v1/usages", "owner")).containsExactly("alice", "bob");
        }
    }

    private static List<@Nullable String> names(String path, String field) {
        return Stream.of(api.get(path).json())
                .flatMap(list -> list.valueStream())
                .map(item -> item.path(field).asString())
                .toList();
    }

    @Test
    void aClientOwnsWhatItCreatesAndIsNotTheUserOfItsName() {
        api.as(api.uaa.clientToken("ci", "pks.clusters.manage"));
        assertThat(api.create("built").status()).isEqualTo(202);
        api.awaitState("built", "CREATE succeeded");
        as("ci", SCOPES.get("manage"));
        assertThat(api.get("/v1/clusters/built").status()).isEqualTo(404);
        api.as(api.uaa.clientToken("ci", "pks.clusters.manage"));
        assertThat(api.delete("/v1/clusters/built").status()).isEqualTo(204);
        api.awaitState("built", "gone");
    }

    @Test
    void onlyAdministratorsAskForOtherPeoplesCredentials() {
        restore();
        as("alice", SCOPES.get("manage"));
        assertThat(api.get("/v1/clusters/own/binds/bob").status()).isEqualTo(403);
        api.asAdmin();
        assertThat(api.get("/v1/clusters/own/binds/bob").status()).isEqualTo(200);
    }
}
