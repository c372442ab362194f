package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Clusters from their creation to their end, over HTTP.
class ClustersIT {

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @AfterEach
    void clean() {
        api.asAdmin();
        api.broker.behave();
        api.get("/v1/clusters").json().forEach(cluster -> {
            var name = cluster.path("name").asString();
            api.delete("/v1/clusters/" + name);
            api.awaitState(name, "gone");
        });
    }

    private static void created(String name) {
        assertThat(api.create(name).status()).isEqualTo(202);
        api.awaitState(name, "CREATE succeeded");
    }

    private static String description(String name) {
        return api.get("/v1/clusters/" + name)
                .json()
                .path("last_action_description")
                .asString();
    }

    private static int workers(String name) {
        return api.get("/v1/clusters/" + name)
                .json()
                .at("/parameters/kubernetes_worker_instances")
                .asInt();
    }

    @Test
    void createsShowsScalesAndDeletesACluster() {
        var created = api.create("one");
        assertThat(created.status()).as(created.text()).isEqualTo(202);
        assertThat(created.json().path("last_action_description").asString()).isEqualTo("Creating cluster");
        assertThat(created.json().path("kubernetes_master_ips").get(0).asString())
                .isEqualTo("In Progress");
        assertThat(created.json().at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(3);
        api.awaitState("one", "CREATE succeeded");
        var shown = api.get("/v1/clusters/one").json();
        assertThat(shown.path("kubernetes_master_ips").get(0).asString()).isEqualTo("100.96.0.10");
        assertThat(shown.path("last_action_description").asString()).isEqualTo("Instance provisioning completed");

        var patched = api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":5}");
        assertThat(patched.status()).isEqualTo(202);
        assertThat(patched.text()).isEmpty();
        api.awaitState("one", "UPDATE succeeded");
        assertThat(workers("one")).isEqualTo(5);
        assertThat(description("one")).isEqualTo("Instance update completed");

        assertThat(api.delete("/v1/clusters/one/").status()).isEqualTo(204);
        api.awaitState("one", "gone");
        assertThat(api.get("/v1/clusters/one").sentence()).isEqualTo("Cluster one not found");
        assertThat(api.broker.instances()).isEmpty();
    }

    @Test
    void sendsTheBrokerWhatTheAdapterReads() {
        created("one");
        var body = api.broker.instances().values().iterator().next().body;
        assertThat(body.at("/service_id").asString()).isEqualTo(FakeBroker.SERVICE);
        assertThat(body.at("/plan_id").asString()).isEqualTo(FakeBroker.SMALL);
        assertThat(body.at("/parameters").toString())
                .isEqualTo("{\"kubernetes_master_host\":\"one.example.com\",\"kubernetes_master_port\":8443,"
                        + "\"kubernetes_worker_instances\":3}");
        assertThat(body.at("/context/instance_name").asString()).isEqualTo("one");
    }

    @Test
    void takesNamesAndHostnamesOnce() {
        created("one");
        var name = api.post("/v1/clusters", TestApi.order("one", "other.example.com", "small"));
        assertThat(name.status()).isEqualTo(409);
        assertThat(name.sentence()).isEqualTo("A cluster named 'one' exists already. Please choose another name.");
        var host = api.post("/v1/clusters", TestApi.order("two", "one.example.com", "small"));
        assertThat(host.status()).isEqualTo(409);
        assertThat(host.sentence())
                .isEqualTo(
                        "The external hostname 'one.example.com' is taken by another cluster. Please choose another one.");
        assertThat(api.get("/v1/clusters").json()).hasSize(1);
    }

    @Test
    void refusesASecondOperationWhileOneRuns() {
        api.broker.instant = false;
        api.create("one");
        var busy = api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":2}");
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.sentence())
                .isEqualTo("An operation is in progress for your service instance. Please try again later.");
        assertThat(workers("one")).isEqualTo(3);
    }

    @Test
    void checksTheWorkersOfAChange() {
        created("one");
        for (var body :
                new String[] {"{\"kubernetes_worker_instances\":0}", "{\"kubernetes_worker_instances\":51}", "{}"}) {
            assertThat(api.patch("/v1/clusters/one", body).status()).as(body).isEqualTo(400);
        }
        assertThat(api.state("one")).isEqualTo("CREATE succeeded");
    }

    @Test
    void passesTheBrokersWordsOnAndLetsAFailedClusterBeDeleted() {
        api.broker.instant = false;
        api.create("one");
        TestApi.await(() -> description("one").equals("Instance provisioning in progress"), () -> description("one"));
        api.broker.end("failed", "Instance provisioning failed: worker/0 has no disk.");
        api.awaitState("one", "CREATE failed");
        assertThat(description("one")).isEqualTo("Instance provisioning failed: worker/0 has no disk.");
        var change = api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":2}");
        assertThat(change.status()).isEqualTo(409);
        assertThat(change.sentence()).contains("pks delete-cluster one");
        assertThat(api.post("/v1/clusters/one/binds", null).status()).isEqualTo(409);
    }

    @Test
    void aRefusedChangeLeavesTheClusterAsItWas() {
        created("one");
        api.broker.misbehave(
                request -> request.startsWith("PATCH"),
                422,
                "{\"error\":\"PendingChanges\",\"description\":\"The plan was changed.\"}",
                1);
        api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":7}");
        api.awaitState("one", "UPDATE failed");
        assertThat(description("one"))
                .isEqualTo(
                        "Instance update failed: The plan was changed. The cluster is still there; please repeat the change of one.");
        assertThat(workers("one")).isEqualTo(3);
        api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":7}");
        api.awaitState("one", "UPDATE succeeded");
        assertThat(workers("one")).isEqualTo(7);
    }

    @Test
    void showsTheStepsWhileTheyHappenAndAfterwards() {
        api.broker.instant = false;
        api.create("one");
        TestApi.await(
                () -> api.get("/v1/clusters/one/steps").json().path("steps").size() == 1, () -> "no steps are told");
        var running = api.get("/v1/clusters/one/steps?since=0");
        assertThat(running.text())
                .isEqualTo("{\"operation\":\"CREATE\",\"state\":\"in progress\","
                        + "\"description\":\"Instance provisioning in progress\",\"steps\":[{\"index\":0,"
                        + "\"stage\":\"Creating missing vms\",\"task\":\"master/0\",\"state\":\"started\","
                        + "\"started_at\":1767225600000,\"finished_at\":null,\"detail\":null}],\"next\":2}");
        assertThat(api.get("/v1/clusters/one/steps?since=2").json().path("steps"))
                .isEmpty();
        api.broker.end("succeeded", "");
        api.awaitState("one", "CREATE succeeded");
        long asked = api.broker.count("GET /v2/service_instances");
        var kept = api.get("/v1/clusters/one/steps").json();
        assertThat(kept.path("state").asString()).isEqualTo("succeeded");
        assertThat(kept.at("/steps/0/state").asString()).isEqualTo("finished");
        assertThat(kept.path("next").asInt()).isEqualTo(2);
        assertThat(api.get("/v1/clusters/one/steps?since=2").json().path("steps"))
                .isEmpty();
        assertThat(api.broker.count("GET /v2/service_instances")).isEqualTo(asked);
    }

    @Test
    void givesCredentialsUnderTheNamesThatPeopleUse() {
        created("one");
        var bind = api.post("/v1/clusters/one/binds", null);
        assertThat(bind.status()).as(bind.text()).isEqualTo(201);
        var user = bind.json().at("/users/0/name").asString();
        assertThat(bind.text())
                .isEqualTo(("{\"preferences\":{},\"apiVersion\":\"v1\",\"kind\":\"Config\",\"current-context\":\"one\","
                                + "\"contexts\":[{\"name\":\"one\",\"context\":{\"cluster\":\"one\",\"user\":\"%s\"}}],"
                                + "\"clusters\":[{\"name\":\"one\",\"cluster\":{\"certificate-authority-data\":\"Q0E=\","
                                + "\"server\":\"https://100.96.0.10:8443\"}}],"
                                + "\"users\":[{\"name\":\"%s\",\"user\":{\"token\":\"secret-token\"}}]}")
                        .formatted(user, user));
        assertThat(api.post("/v1/clusters/one/binds", "{}")
                        .json()
                        .at("/users/0/name")
                        .asString())
                .isNotEqualTo(user);
        assertThat(api.get("/v1/clusters/one/binds/admin").status()).isEqualTo(200);

        var bare = api.get("/v1/clusters/one/binds/bob?suppressClusterRoleBinding=true");
        assertThat(bare.status()).isEqualTo(200);
        assertThat(bare.json().at("/users/0/user/token").asString()).isEqualTo("secret-token");
        assertThat(api.broker.bindParameters())
                .isEqualTo(Map.of("user_name", "bob", "suppress_cluster_role_binding", true));
        var jdbc = api.running().bean(JdbcClient.class);
        assertThat(jdbc.sql("select count(*) from binding where state = 'issued'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(4);
        assertThat(api.broker.instances().values().iterator().next().bindings).hasSize(4);
        for (var table : new String[] {"cluster", "operation", "binding"}) {
            jdbc.sql("select * from " + table).query().listOfRows().forEach(row -> assertThat(row.toString())
                    .doesNotContain("secret-token"));
        }
    }

    /// A user of UAA's is one person in a cluster, however often they ask.
    @Test
    void givesAUserOfTheClustersProviderOneIdentity() {
        created("one");
        api.broker.takesUaaUsers = true;
        for (int i = 0; i < 3; i++) {
            assertThat(api.post("/v1/clusters/one/binds", null).status()).isEqualTo(201);
        }
        assertThat(api.get("/v1/clusters/one/binds/admin").status()).isEqualTo(200);
        var bindings = api.broker.instances().values().iterator().next().bindings;
        assertThat(Set.copyOf(bindings)).hasSize(1);
        // Another user, and one without rights, are others.
        api.get("/v1/clusters/one/binds/bob");
        assertThat(Set.copyOf(bindings)).hasSize(2);
        api.get("/v1/clusters/one/binds/admin?suppressClusterRoleBinding=true");
        assertThat(Set.copyOf(bindings)).hasSize(3);

        // A client is no user of the provider, and says nothing of those.
        api.broker.takesUaaUsers = false;
        api.as(api.uaa.clientToken("ci", "pks.clusters.admin")).post("/v1/clusters/one/binds", null);
        assertThat(bindings()).containsExactlyInAnyOrder("shared", "shared", "guest", "issued");
        api.asAdmin();

        // When the cluster takes no such users any more, the binding is another one.
        api.broker.takesUaaUsers = false;
        api.broker.misbehave(request -> request.contains("service_bindings"), 409, "{}", 1);
        assertThat(api.post("/v1/clusters/one/binds", null)
                        .json()
                        .at("/users/0/user/token")
                        .asString())
                .isEqualTo("secret-token");
        assertThat(Set.copyOf(bindings)).hasSize(5);
        api.post("/v1/clusters/one/binds", null);
        assertThat(Set.copyOf(bindings)).hasSize(6);
    }

    /// Users of a cluster have no scope of the product: they get a kubeconfig of their own that brings nothing.
    @Test
    void givesUsersOfAClusterAKubeconfigWithoutAnyScope() {
        created("one");
        api.broker.takesUaaUsers = true;
        var own = "/v1/clusters/one/binds/cody?suppressClusterRoleBinding=true";
        var token = api.uaa.token("cody", "openid", "uaa.user");
        assertThat(api.as(token).get(own).status())
                .as("nobody knows yet that it takes users")
                .isEqualTo(403);

        assertThat(api.asAdmin().post("/v1/clusters/one/binds", null).status()).isEqualTo(201);
        var kubeconfig = api.as(token).get(own);
        assertThat(kubeconfig.status()).as(kubeconfig.text()).isEqualTo(200);
        assertThat(kubeconfig.json().at("/users/0/user/token").isMissingNode()).isTrue();
        assertThat(api.broker.bindParameters())
                .isEqualTo(Map.of("user_name", "cody", "suppress_cluster_role_binding", true));

        // However often they ask, and whether the broker answers or not, it is one binding.
        api.broker.misbehave(request -> request.contains("service_bindings"), 503, "{}", 2);
        for (int i = 0; i < 4; i++) {
            api.get(own);
        }
        assertThat(Set.copyOf(api.broker.instances().values().iterator().next().bindings))
                .hasSize(2);
        assertThat(bindings()).containsExactlyInAnyOrder("shared", "guest");

        for (var path : List.of(
                "/v1/clusters/one/binds/cody",
                "/v1/clusters/one/binds/bob?suppressClusterRoleBinding=true",
                "/v1/clusters/none/binds/cody?suppressClusterRoleBinding=true",
                "/v1/clusters/one",
                "/v1/clusters")) {
            assertThat(api.get(path).status()).as(path).isEqualTo(403);
        }
        assertThat(api.post("/v1/clusters/one/binds", null).status()).isEqualTo(403);

        // A cluster that takes such users no more has nothing for them.
        api.broker.takesUaaUsers = false;
        for (int i = 0; i < 3; i++) {
            var refused = api.get(own);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).doesNotContain("token");
        }
        assertThat(bindings()).containsExactlyInAnyOrder("issued", "issued");
    }

    private static List<String> bindings() {
        return api.running()
                .bean(JdbcClient.class)
                .sql("select state from binding")
                .query(String.class)
                .list();
    }

    @Test
    void keepsOwnersApartWhoseNamesDifferByASpaceAtTheEnd() {
        api.as(api.uaa.token("cody", "pks.clusters.manage"));
        created("one");
        assertThat(api.get("/v1/clusters/one%20").status()).isEqualTo(404);
        api.asAdmin().post("/v1/quotas", "{\"owner\":\"cody\",\"limit\":{\"cluster\":1}}");
        api.as(api.uaa.token("cody ", "pks.clusters.manage"));
        assertThat(api.get("/v1/clusters").text()).isEqualTo("[]");
        assertThat(api.get("/v1/clusters/one").status()).isEqualTo(404);
        assertThat(api.get("/v1/usages").text()).isEqualTo("[]");
        assertThat(api.get("/v1/quotas").text()).isEqualTo("[]");
        api.asAdmin().delete("/v1/quotas/cody");
    }

    @Test
    void saysWhyThereAreNoCredentials() {
        api.broker.instant = false;
        api.create("one");
        var early = api.post("/v1/clusters/one/binds", null);
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.sentence())
                .isEqualTo("Cluster one has no credentials: its last action is CREATE, in progress. "
                        + "Please wait; 'pks cluster one' shows where it stands.");
        TestApi.await(() -> !api.broker.instances().isEmpty(), () -> "nothing was begun");
        api.broker.end("succeeded", "");
        api.awaitState("one", "CREATE succeeded");
        api.broker.misbehave(
                request -> request.contains("service_bindings"), 503, "{\"description\":\"No Director.\"}", 1);
        var silent = api.post("/v1/clusters/one/binds", null);
        assertThat(silent.status()).isEqualTo(502);
        assertThat(silent.sentence()).isEqualTo("No Director.");
        // Nobody knows whether that one was made, but this one was not.
        api.broker.misbehave(
                request -> request.contains("service_bindings"), 422, "{\"error\":\"InstanceUnusable\"}", 1);
        assertThat(api.post("/v1/clusters/one/binds", null).status()).isEqualTo(409);
        assertThat(api.running()
                        .bean(JdbcClient.class)
                        .sql("select state from binding")
                        .query(String.class)
                        .list())
                .containsExactly("requested");
    }

    @Test
    void showsClustersWhileTheBrokerHangs() throws Exception {
        created("one");
        var gate = api.broker.hold(request -> request.endsWith("/v2/catalog"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var shown = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 5; i++) {
                shown.add(() -> api.get("/v1/clusters").status());
            }
            for (var status : threads.invokeAll(shown, 20, TimeUnit.SECONDS)) {
                assertThat(status.get()).isEqualTo(200);
            }
        } finally {
            gate.countDown();
        }
    }

    @Test
    void listsThePlansOfTheCatalog() {
        assertThat(api.get("/v1/plans").text())
                .startsWith("[{\"id\":\"8A0E21A8-8072-4D80-B365-D1F502085560\",\"name\":\"small\","
                        + "\"description\":\"The small plan\",\"worker_instances\":3,\"master_instances\":1,"
                        + "\"allow-privileged-containers\":true},");
    }
}
