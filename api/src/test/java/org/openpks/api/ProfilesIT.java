package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.osb.OsbJson;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Profiles of all three kinds, and clusters that use them, over HTTP.
class ProfilesIT {

    private static final String SECRET =
            Base64.getEncoder().encodeToString("0123456789abcdefFEDCBA9876543210".getBytes(StandardCharsets.US_ASCII));
    private static final String OTHER =
            Base64.getEncoder().encodeToString("fedcba98765432100123456789ABCDEF".getBytes(StandardCharsets.US_ASCII));

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void asAdmin() {
        api.asAdmin();
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
        for (var kind : new String[] {"kubernetes", "network", "compute"}) {
            var path = "/v1/%s-profiles".formatted(kind);
            api.get(path).json().forEach(profile -> assertThat(
                            api.delete(path + "/" + profile.path("name").asString())
                                    .status())
                    .isEqualTo(204));
        }
    }

    private static String json(Object value) {
        return OsbJson.MAPPER.writeValueAsString(value);
    }

    private static String kubernetes(String name, Map<String, String> arguments, Map<String, String> files) {
        return json(Map.of(
                "name",
                name,
                "customizations",
                List.of(Map.of("component", "kube-apiserver", "arguments", arguments, "file-arguments", files))));
    }

    private static String ports(String name) {
        return kubernetes(name, Map.of("service-node-port-range", "30000-40000"), Map.of());
    }

    private static String encrypting(String name, String... keys) {
        var text = new StringBuilder("""
                apiVersion: apiserver.config.k8s.io/v1
                kind: EncryptionConfiguration
                resources:
                - resources: [secrets]
                  providers:
                  - aescbc:
                      keys:
                """);
        for (var key : keys) {
            text.append("      - {name: k%s, secret: %s}\n".formatted(key.substring(0, 3), key));
        }
        return kubernetes(name, Map.of(), Map.of("encryption-provider-config", text + "  - identity: {}\n"));
    }

    private static void made(String kind, String body) {
        var answer = api.post("/v1/%s-profiles".formatted(kind), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.text()).isEmpty();
    }

    private static void created(String name, String more) {
        var answer = api.post(
                "/v1/clusters",
                "{\"name\":\"%s\",\"plan_name\":\"small\",%s\"parameters\":{\"kubernetes_master_host\":\"%s.example.com\"}}"
                        .formatted(name, more, name));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        api.awaitState(name, "CREATE succeeded");
    }

    private static void updated(String name, String body) {
        var answer = api.patch("/v1/clusters/" + name, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        api.awaitState(name, "UPDATE succeeded");
    }

    private static JsonNode sent() {
        return api.broker.updates().getLast().path("parameters");
    }

    private static JsonNode cluster(String name) {
        return api.get("/v1/clusters/" + name).json();
    }

    private static void refused(TestApi.Answer answer, int status, String sentence) {
        assertThat(answer.sentence()).isEqualTo(sentence);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void keepsKubernetesProfilesForTheirOwners() {
        api.as(api.uaa.token("alice", "pks.clusters.manage"));
        made("kubernetes", encrypting("secret", SECRET));
        var shown = api.get("/v1/kubernetes-profiles/secret").json();
        assertThat(new ArrayList<>(shown.propertyNames()))
                .containsExactly(
                        "name",
                        "description",
                        "customizations",
                        "experimental_customizations",
                        "uuid",
                        "owner",
                        "created_at");
        assertThat(shown.path("owner").asString()).isEqualTo("alice");
        assertThat(shown.path("created_at").asLong()).isGreaterThan(1_700_000_000_000L);
        assertThat(shown.at("/customizations/0/file-arguments/encryption-provider-config")
                        .asString())
                .contains(SECRET);

        api.as(api.uaa.token("bob", "pks.clusters.manage"));
        assertThat(api.get("/v1/kubernetes-profiles").text()).isEqualTo("[]");
        refused(api.get("/v1/kubernetes-profiles/secret"), 404, "Kubernetes profile secret not found");
        refused(api.delete("/v1/kubernetes-profiles/secret"), 404, "Kubernetes profile secret not found");
        refused(
                api.post("/v1/kubernetes-profiles", ports("secret")),
                409,
                "A kubernetes profile named 'secret' exists already. Profiles never change; please choose another name.");

        api.as(api.uaa.token("carol", "pks.clusters.admin.read"));
        var seen = api.get("/v1/kubernetes-profiles");
        assertThat(seen.text()).doesNotContain(SECRET).contains("(hidden)");
        assertThat(api.delete("/v1/kubernetes-profiles/secret").status()).isEqualTo(403);
        assertThat(api.post("/v1/kubernetes-profiles", ports("p")).status()).isEqualTo(403);

        assertThat(api.asAdmin().get("/v1/kubernetes-profiles/secret").text()).contains(SECRET);
        var jdbc = api.running().bean(JdbcClient.class);
        jdbc.sql("select * from kubernetes_profile").query().listOfRows().forEach(row -> assertThat(row.toString())
                .doesNotContain(SECRET)
                .doesNotContain("encryption-provider"));
    }

    @Test
    void givesClustersTheirProfileAndTakesItOff() {
        made("kubernetes", ports("ports"));
        created("one", "\"kubernetes_profile_name\":\"ports\",");
        var told = "{\"name\":\"ports\",\"customizations\":[{\"component\":\"kube-apiserver\","
                + "\"arguments\":{\"service-node-port-range\":\"30000-40000\"},\"file-arguments\":{}}],"
                + "\"experimental_customizations\":[]}";
        assertThat(api.broker
                        .instances()
                        .values()
                        .iterator()
                        .next()
                        .body
                        .at("/parameters/kubernetes_profile")
                        .toString())
                .isEqualTo(told);
        assertThat(cluster("one").path("kubernetes_profile_name").asString()).isEqualTo("ports");
        refused(
                api.delete("/v1/kubernetes-profiles/ports"),
                409,
                "Kubernetes profile ports cannot be deleted, because clusters use it: one. Please give them another profile or delete them first.");

        updated("one", "{\"kubernetes_profile_name\":\"\"}");
        assertThat(sent().toString()).isEqualTo("{\"kubernetes_profile\":{}}");
        assertThat(cluster("one").path("kubernetes_profile_name").asString()).isEmpty();
        updated("one", "{\"kubernetes_profile_name\":\"ports\",\"kubernetes_worker_instances\":4}");
        assertThat(sent().path("kubernetes_profile").toString()).isEqualTo(told);
        assertThat(sent().path("kubernetes_worker_instances").asInt()).isEqualTo(4);
        updated("one", "{\"kubernetes_worker_instances\":2}");
        assertThat(sent().toString()).isEqualTo("{\"kubernetes_worker_instances\":2}");
        assertThat(cluster("one").path("kubernetes_profile_name").asString()).isEqualTo("ports");
    }

    @Test
    void letsManagersUseTheirOwnProfilesAlone() {
        made("kubernetes", ports("ports"));
        api.as(api.uaa.token("alice", "pks.clusters.manage"));
        var body = TestApi.order("own", "own.example.com", "small")
                .replace("\"name\":\"own\"", "\"name\":\"own\",\"kubernetes_profile_name\":\"ports\"");
        refused(
                api.post("/v1/clusters", body),
                400,
                "There is no kubernetes profile 'ports' that you may use (kubernetes_profile_name); 'pks kubernetes-profiles' lists them.");
        assertThat(api.get("/v1/clusters").text()).isEqualTo("[]");
        made("kubernetes", ports("alices"));
        created("own", "\"kubernetes_profile_name\":\"alices\",");
    }

    @Test
    void returnsToTheProfileBeforeWhenAnUpdateFails() {
        made("kubernetes", ports("before"));
        made("kubernetes", ports("after"));
        created("one", "\"kubernetes_profile_name\":\"before\",");
        api.broker.instant = false;
        assertThat(api.patch("/v1/clusters/one", "{\"kubernetes_profile_name\":\"after\"}")
                        .status())
                .isEqualTo(202);
        assertThat(cluster("one").path("kubernetes_profile_name").asString()).isEqualTo("after");
        for (var name : new String[] {"before", "after"}) {
            assertThat(api.delete("/v1/kubernetes-profiles/" + name).sentence()).contains("clusters use it: one.");
        }
        api.broker.awaitUpdate();
        api.broker.end("failed", "Instance update failed: master/0 does not start.");
        api.awaitState("one", "UPDATE failed");
        assertThat(cluster("one").path("kubernetes_profile_name").asString()).isEqualTo("before");
        assertThat(api.delete("/v1/kubernetes-profiles/after").status()).isEqualTo(204);
        assertThat(api.delete("/v1/kubernetes-profiles/before").status()).isEqualTo(409);
    }

    @Test
    void losesNoEncryptedData() {
        made("kubernetes", encrypting("first", SECRET));
        made("kubernetes", encrypting("rotated", OTHER, SECRET));
        made("kubernetes", encrypting("other", OTHER));
        made("kubernetes", ports("ports"));
        created("one", "\"kubernetes_profile_name\":\"first\",");
        var sentence =
                "The cluster's data is encrypted with the keys of kubernetes profile '%s' and could not be read any more. "
                        + "Please use a profile whose encryption-provider-config has all providers and keys of that one.";
        for (var name : new String[] {"other", "ports", ""}) {
            refused(
                    api.patch("/v1/clusters/one", "{\"kubernetes_profile_name\":\"%s\"}".formatted(name)),
                    422,
                    sentence.formatted("first"));
        }
        assertThat(cluster("one").path("kubernetes_profile_name").asString()).isEqualTo("first");
        updated("one", "{\"kubernetes_profile_name\":\"rotated\"}");
        refused(
                api.patch("/v1/clusters/one", "{\"kubernetes_profile_name\":\"first\"}"),
                422,
                sentence.formatted("rotated"));
    }

    @Test
    void remembersKeysOfAnUpdateThatFailed() {
        made("kubernetes", encrypting("first", SECRET));
        made("kubernetes", ports("ports"));
        created("one", "");
        api.broker.instant = false;
        api.patch("/v1/clusters/one", "{\"kubernetes_profile_name\":\"first\"}");
        api.broker.awaitUpdate();
        api.broker.end("failed", "Instance update failed: master/1 does not start.");
        api.awaitState("one", "UPDATE failed");
        api.broker.instant = true;
        assertThat(cluster("one").path("kubernetes_profile_name").asString()).isEmpty();
        assertThat(api.patch("/v1/clusters/one", "{\"kubernetes_profile_name\":\"ports\"}")
                        .status())
                .isEqualTo(422);
        assertThat(api.delete("/v1/kubernetes-profiles/first").status()).isEqualTo(409);
        updated("one", "{\"kubernetes_profile_name\":\"first\"}");
    }

    @Test
    void forgetsKeysOfAnUpdateThatNobodyTook() {
        made("kubernetes", encrypting("first", SECRET));
        created("one", "");
        api.broker.misbehave(
                request -> request.startsWith("PATCH"), 422, "{\"error\":\"X\",\"description\":\"No.\"}", 1);
        api.patch("/v1/clusters/one", "{\"kubernetes_profile_name\":\"first\"}");
        api.awaitState("one", "UPDATE failed");
        assertThat(api.delete("/v1/kubernetes-profiles/first").status()).isEqualTo(204);
    }

    @Test
    void upgradesNoClusterToAKubernetesThatItsProfileDoesNotFit() {
        api.broker.offered = "1.36.3";
        made(
                "kubernetes",
                json(Map.of(
                        "name",
                        "old",
                        "customizations",
                        List.of(Map.of(
                                "component",
                                "kube-controller-manager",
                                "arguments",
                                Map.of("concurrent-service-syncs", "2"))))));
        created("one", "\"kubernetes_profile_name\":\"old\",");
        api.broker.offered = "1.37.2";
        TestApi.await(() -> cluster("one").path("available_upgrades").size() == 1, () -> "no upgrade is offered");
        var answer = api.patch("/v1/clusters", "{\"clusters\":[\"one\"]}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.sentence())
                .startsWith("Kubernetes profile 'old' does not fit Kubernetes 1.37.2: ")
                .contains("has no flag 'concurrent-service-syncs'");
        assertThat(api.state("one")).isEqualTo("CREATE succeeded");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"customizations":[]}                 | The field 'name' is missing.
        {"name":"a"}                          | The field 'customizations' is missing.
        {"name":"../a","customizations":[]}   | The field 'name' may hold only letters, digits, '-', '_' and '.', and must start with a letter or a digit.
        {"name":"a","description":"\\u0007","customizations":[]} | The field 'description' must not hold control characters other than tabs and line ends.
        {"name":"a","customizations":[{"arguments":{"v":"1"}}]} | The field 'customizations[0].component' is missing.
        {"name":"a","customizations":[{"component":"kubelet"}]} | The field 'customizations[0].arguments' is missing.
        {"name":"a","customizations":[{"component":"kubelet","arguments":{"v":1}}]} | The field 'customizations[0].arguments.v' must be a text.
        {"name":"a","customizations":[{"component":"kubelet","args":{}}]} | The field 'customizations[0].args' is unknown.
        {"name":"a","customizations":{}}      | The field 'customizations' must be a list.
        {"name":"a","owner":"b"}              | The field 'owner' is unknown.
        """)
    void namesWhatIsWrongInAKubernetesProfile(String body, String sentence) {
        refused(api.post("/v1/kubernetes-profiles", body), 400, sentence);
        assertThat(api.get("/v1/kubernetes-profiles").text()).isEqualTo("[]");
    }

    @Test
    void limitsNamesAndDescriptions() {
        made("kubernetes", ports("n".repeat(200)));
        refused(
                api.post("/v1/kubernetes-profiles", ports("n".repeat(201))),
                400,
                "The field 'name' has 201 characters; at most 200 are allowed.");
        refused(
                api.post(
                        "/v1/kubernetes-profiles",
                        "{\"description\":\"" + "d".repeat(4001) + "\","
                                + ports("a").substring(1)),
                400,
                "The field 'description' has 4001 characters; at most 4000 are allowed.");
        refused(
                api.post("/v1/compute-profiles", "{\"name\":\"" + "c".repeat(27) + "\",\"parameters\":{}}"),
                400,
                "The field 'name' has 27 characters; at most 26 are allowed.");
    }

    @Test
    void keepsNetworkProfilesAndGivesThemToNoCluster() {
        var parameters = "{\"lb_size\":\"medium\",\"pod_routable\":true}";
        made("network", json(Map.of("name", "np", "description", "d", "parameters", parameters)));
        api.as(api.uaa.token("alice", "pks.clusters.manage"));
        var shown = api.get("/v1/network-profiles/np").json();
        assertThat(shown.path("parameters").asString()).isEqualTo(parameters);
        assertThat(shown.path("description").asString()).isEqualTo("d");
        assertThat(api.get("/v1/network-profiles").json()).hasSize(1);
        assertThat(api.post("/v1/network-profiles", json(Map.of("name", "x", "parameters", "{}")))
                        .status())
                .isEqualTo(403);
        assertThat(api.delete("/v1/network-profiles/np").status()).isEqualTo(403);
        var body = TestApi.order("one", "one.example.com", "small")
                .replace("\"name\":\"one\"", "\"name\":\"one\",\"network_profile_name\":\"np\"");
        refused(
                api.post("/v1/clusters", body),
                422,
                "Network profiles need NSX-T, which this installation does not have; please leave network_profile_name out.");
        api.asAdmin();
        assertThat(api.post("/v1/network-profiles", json(Map.of("name", "np", "parameters", "{}")))
                        .status())
                .isEqualTo(409);
        refused(api.get("/v1/network-profiles/none"), 404, "Network profile none not found");
        refused(api.delete("/v1/network-profiles/none"), 404, "Network profile none not found");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"name":"a"}                          | The field 'parameters' is missing.
        {"name":"a","parameters":"{"}         | The field 'parameters' is not valid JSON (line 1, column 2).
        {"name":"a","parameters":"{\\n\\"lb_size\\": x}"} | The field 'parameters' is not valid JSON (line 2, column 12).
        {"name":"a","parameters":"{} {}"}     | The field 'parameters' is not valid JSON (line 1, column 4).
        {"name":"a","parameters":"{\\"a\\":1,\\"a\\":2}"} | The JSON in the field 'parameters' has a field twice (line 1, column 11).
        {"name":"a","parameters":"[]"}        | The field 'parameters' must be an object.
        {"name":"a","parameters":""}          | The field 'parameters' must be an object.
        {"name":"a","parameters":5}           | The field 'parameters' must be an object.
        {"name":"a","parameters":"{\\"lb_sise\\":\\"small\\"}"} | The field 'parameters.lb_sise' is unknown. Did you mean 'lb_size'?
        """)
    void namesWhatIsWrongInANetworkProfile(String body, String sentence) {
        refused(api.post("/v1/network-profiles", body), 400, sentence);
        assertThat(api.get("/v1/network-profiles").text()).isEqualTo("[]");
    }

    @Test
    void sizesClustersByComputeProfiles() {
        var parameters = "{\"cluster_customization\":{\"node_pools\":[{\"name\":\"a\",\"instances\":2},"
                + "{\"name\":\"b\",\"max_worker_instances\":4}]}}";
        made("compute", "{\"name\":\"cp\",\"parameters\":" + parameters + "}");
        made(
                "compute",
                "{\"name\":\"onlya\",\"parameters\":{\"cluster_customization\":{\"node_pools\":[{\"name\":\"a\"}]}}}");
        assertThat(api.get("/v1/compute-profiles/cp").json().path("parameters").toString())
                .isEqualTo(parameters);
        assertThat(api.as(api.uaa.token("alice", "pks.clusters.manage"))
                        .post("/v1/compute-profiles", "{}")
                        .status())
                .isEqualTo(403);
        assertThat(api.get("/v1/compute-profiles").json()).hasSize(2);
        api.asAdmin();
        refused(
                api.post(
                        "/v1/clusters",
                        "{\"name\":\"one\",\"plan_name\":\"small\",\"compute_profile_name\":\"cp\",\"parameters\":{\"kubernetes_master_host\":\"a\",\"kubernetes_worker_instances\":2}}"),
                400,
                "The workers of this cluster are in the node pools a, b of its compute profile; please give node_pool_instances instead of kubernetes_worker_instances.");
        created("one", "\"compute_profile_name\":\"cp\",");
        var body = api.broker.instances().values().iterator().next().body.path("parameters");
        assertThat(body.at("/compute_profile/name").asString()).isEqualTo("cp");
        assertThat(body.at("/compute_profile/parameters").toString()).isEqualTo(parameters);
        assertThat(body.has("kubernetes_worker_instances")).isFalse();
        var shown = cluster("one");
        assertThat(shown.path("compute_profile_name").asString()).isEqualTo("cp");
        assertThat(shown.at("/parameters/compute_profile").asString()).isEqualTo(parameters);
        assertThat(shown.at("/parameters/kubernetes_worker_instances").asInt()).isEqualTo(5);

        updated("one", "{\"node_pool_instances\":{\"b\":4}}");
        assertThat(sent().toString()).isEqualTo("{\"node_pool_instances\":{\"b\":4}}");
        assertThat(cluster("one").at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(6);
        updated("one", "{\"node_pool_instances\":{\"a\":1}}");
        assertThat(sent().toString()).isEqualTo("{\"node_pool_instances\":{\"a\":1}}");
        refused(
                api.patch("/v1/clusters/one", "{\"node_pool_instances\":{\"b\":5}}"),
                400,
                "The field 'node_pool_instances.b' is 5; compute profile 'cp' allows at most 4.");
        refused(
                api.patch("/v1/clusters/one", "{\"node_pool_instances\":{\"c\":1}}"),
                400,
                "The field 'node_pool_instances.c' names a pool that compute profile 'cp' does not have; it has a, b.");
        assertThat(api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":3}")
                        .status())
                .isEqualTo(400);
        updated("one", "{\"compute_profile_name\":\"onlya\"}");
        assertThat(sent().propertyNames()).containsExactly("compute_profile");
        assertThat(cluster("one").at("/parameters/node_pool_instances").toString())
                .isEqualTo("{\"a\":1}");
        assertThat(cluster("one").at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(1);
        refused(
                api.delete("/v1/compute-profiles/onlya"),
                409,
                "Compute profile onlya cannot be deleted, because clusters use it: one. Please give them another profile or delete them first.");
        assertThat(api.delete("/v1/compute-profiles/cp").status()).isEqualTo(204);
    }

    @Test
    void namesNoClustersOfOthersThatUseAProfile() {
        var alice = api.uaa.token("alice", "pks.clusters.manage");
        api.as(alice);
        made("kubernetes", ports("shared"));
        created("mine", "\"kubernetes_profile_name\":\"shared\",");
        api.asAdmin();
        created("theirs", "\"kubernetes_profile_name\":\"shared\",");
        api.as(alice);
        refused(
                api.delete("/v1/kubernetes-profiles/shared"),
                409,
                "Kubernetes profile shared cannot be deleted, because clusters use it: mine, 1 of other owners. Please give them another profile or delete them first.");
        api.asAdmin();
        assertThat(api.delete("/v1/kubernetes-profiles/shared").sentence()).contains("use it: mine, theirs.");
    }

    @Test
    void leavesTheBrokerNoNumberOfNodesToGuess() {
        made("compute", pools("first", "{\"name\":\"a\",\"instances\":2},{\"name\":\"b\"}"));
        made("compute", pools("second", "{\"name\":\"a\",\"instances\":1},{\"name\":\"c\",\"instances\":4}"));
        made(
                "compute",
                "{\"name\":\"flat\",\"parameters\":{\"cluster_customization\":{\"control_plane\":{\"persistent_disk_in_mb\":2048}}}}");
        created("one", "\"compute_profile_name\":\"first\",");
        var body = api.broker.instances().values().iterator().next().body.path("parameters");
        assertThat(body.path("node_pool_instances").toString()).isEqualTo("{\"a\":2,\"b\":3}");

        updated("one", "{\"compute_profile_name\":\"second\"}");
        assertThat(sent().path("node_pool_instances").toString()).isEqualTo("{\"c\":4}");
        assertThat(cluster("one").at("/parameters/node_pool_instances").toString())
                .isEqualTo("{\"a\":2,\"c\":4}");
        assertThat(cluster("one").at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(6);

        updated("one", "{\"compute_profile_name\":\"flat\"}");
        assertThat(sent().path("kubernetes_worker_instances").asInt()).isEqualTo(6);
        assertThat(cluster("one").at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(6);
        assertThat(cluster("one").at("/parameters/node_pool_instances").isNull())
                .isTrue();
    }

    private static String pools(String name, String pools) {
        return "{\"name\":\"%s\",\"parameters\":{\"cluster_customization\":{\"node_pools\":[%s]}}}"
                .formatted(name, pools);
    }

    @Test
    void aRepetitionTellsTheBrokerTheSameProfile() {
        made("kubernetes", encrypting("first", SECRET));
        created("one", "");
        api.broker.misbehave(request -> request.startsWith("PATCH"), 503, "{\"description\":\"No Director.\"}", 2);
        int before = api.broker.updates().size();
        updated("one", "{\"kubernetes_profile_name\":\"first\"}");
        var bodies = api.broker.updates().subList(before, api.broker.updates().size());
        assertThat(bodies).hasSizeGreaterThanOrEqualTo(3).containsOnly(bodies.getFirst());
        assertThat(bodies.getFirst().toString()).contains(SECRET);
        var jdbc = api.running().bean(JdbcClient.class);
        for (var table : new String[] {"cluster", "operation"}) {
            jdbc.sql("select * from " + table).query().listOfRows().forEach(row -> assertThat(row.toString())
                    .doesNotContain(SECRET));
        }
    }

    @Test
    void losesNoRaceBetweenUseAndDeletion() throws Exception {
        for (int round = 0; round < 10; round++) {
            var profile = "race" + round;
            var name = "racer" + round;
            made("kubernetes", ports(profile));
            var statuses = new ArrayList<Integer>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var use = threads.submit(() -> api.post(
                                "/v1/clusters",
                                TestApi.order(name, name + ".example.com", "small")
                                        .replace(
                                                "\"name\":\"" + name + "\"",
                                                "\"name\":\"" + name + "\",\"kubernetes_profile_name\":\"" + profile
                                                        + "\""))
                        .status());
                var end = threads.submit(
                        () -> api.delete("/v1/kubernetes-profiles/" + profile).status());
                statuses.add(use.get());
                statuses.add(end.get());
            }
            assertThat(statuses).isIn(List.of(202, 409), List.of(400, 204));
        }
    }
}
