package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.osb.OsbJson;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Upgrades, over HTTP: those asked for here, and those that come past the API.
class UpgradesIT {

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
    void makeACluster() {
        api.asAdmin();
        api.broker.offered = "1.36.3";
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
        assertThat(shown().path("k8s_version").asString()).isEqualTo("1.36.3");
    }

    @AfterEach
    void clean() {
        api.asAdmin();
        api.broker.behave();
        api.delete("/v1/clusters/one");
        api.awaitState("one", "gone");
    }

    private static JsonNode shown() {
        return api.get("/v1/clusters/one").json();
    }

    private static TestApi.Answer upgrade(String... clusters) {
        return api.patch("/v1/clusters", OsbJson.MAPPER.writeValueAsString(java.util.Map.of("clusters", clusters)));
    }

    /// A process that has just started does not know the plans.
    @Test
    void anUpgradeWaitsForABrokerThatStartsAfterTheApi() {
        api.broker.offered = "1.37.2";
        api.broker.misbehave(request -> request.startsWith("PATCH"), -1, "", Integer.MAX_VALUE);
        assertThat(upgrade("one").status()).isEqualTo(202);
        TestApi.await(() -> api.broker.count("PATCH") > 0, () -> "the upgrade is not sent");
        api.stop();
        api.broker.down();
        api.start();
        forgetTrouble();
        var tried = "select count(*) from operation where trouble_since is not null or state = 'failed'";
        TestApi.await(() -> jdbc().sql(tried).query(Integer.class).single() > 0, () -> "nobody takes the upgrade up");
        assertThat(api.state("one")).isEqualTo("UPGRADE in progress");
        api.broker.behave();
        api.broker.offered = "1.37.2";
        api.broker.up();
        api.awaitState("one", "UPGRADE succeeded");
    }

    private static void forgetTrouble() {
        jdbc().sql("update operation set trouble_since = null").update();
    }

    private static JdbcClient jdbc() {
        return api.running().bean(JdbcClient.class);
    }

    @Test
    void upgradesToWhatIsOffered() {
        assertThat(shown().path("available_upgrades")).isEmpty();
        api.broker.offered = "1.37.2";
        var next = shown().path("available_upgrades").get(0);
        assertThat(next.path("component").asString()).isEqualTo("k8s");
        assertThat(next.path("version").asString()).isEqualTo("1.37.2");

        api.broker.instant = false;
        var task = upgrade("one");
        assertThat(task.status()).as(task.text()).isEqualTo(202);
        assertThat(task.json().path("type").asString()).isEqualTo("UPGRADE");
        assertThat(task.json().at("/clusters/0/cluster_name").asString()).isEqualTo("one");
        assertThat(task.json().path("start_time").asLong()).isPositive();
        api.awaitState("one", "UPGRADE in progress");
        assertThat(upgrade("one").status()).isEqualTo(409);
        assertThat(shown().path("k8s_version").asString()).isEqualTo("1.36.3");
        api.broker.instant = true;

        api.awaitState("one", "UPGRADE succeeded");
        assertThat(shown().path("last_action_description").asString()).isEqualTo("Instance upgrade completed");
        assertThat(shown().path("k8s_version").asString()).isEqualTo("1.37.2");
        assertThat(shown().path("available_upgrades")).isEmpty();
        assertThat(upgrade("one").status()).isEqualTo(202);
        api.awaitState("one", "UPGRADE succeeded");
        assertThat(api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":5}")
                        .status())
                .isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
    }

    @Test
    void repeatsAnUpgradeThatFailed() {
        api.broker.offered = "1.37.2";
        api.broker.instant = false;
        upgrade("one");
        TestApi.await(
                () -> api.broker.instances().values().iterator().next().type.equals("upgrade"),
                () -> "the broker got nothing");
        api.broker.end("failed", "Failed for bosh task: 7: kubelet is not running");
        api.awaitState("one", "UPGRADE failed");
        assertThat(shown().path("last_action_description").asString()).contains("kubelet is not running");
        assertThat(shown().path("k8s_version").asString()).isEqualTo("1.36.3");
        assertThat(shown().path("available_upgrades")).hasSize(1);
        api.broker.instant = true;
        upgrade("one");
        api.awaitState("one", "UPGRADE succeeded");
        assertThat(shown().path("k8s_version").asString()).isEqualTo("1.37.2");
    }

    @Test
    void refusesToSkipAMinorVersionOrToGoBack() {
        api.broker.offered = "1.38.0";
        var leap = upgrade("one");
        assertThat(leap.status()).isEqualTo(422);
        assertThat(leap.sentence()).contains("1.36.3", "1.38.0", "Upgrade the cluster to 1.37 first");
        assertThat(shown().path("available_upgrades")).isEmpty();
        api.broker.offered = "1.35.0";
        assertThat(upgrade("one").sentence()).contains("never downgraded");
        assertThat(shown().path("available_upgrades")).isEmpty();
        assertThat(shown().path("last_action").asString()).isEqualTo("CREATE");
    }

    @Test
    void noticesAnUpgradeThatStartsAtTheBroker() {
        api.broker.offered = "1.37.2";
        api.broker.instances().values().iterator().next().software = "1.37.2";
        api.awaitState("one", "UPGRADE succeeded");
        assertThat(shown().path("k8s_version").asString()).isEqualTo("1.37.2");
        assertThat(shown().path("last_action_description").asString()).isEqualTo("Instance upgrade completed");
        assertThat(shown().path("available_upgrades")).isEmpty();
    }

    @Test
    void refusesWhatItCannotDo() {
        assertThat(upgrade().sentence()).contains("'clusters'");
        assertThat(api.patch("/v1/clusters", "{}").status()).isEqualTo(400);
        assertThat(api.patch("/v1/clusters", "{\"clusters\":[null]}").status()).isEqualTo(400);
        assertThat(api.patch("/v1/clusters", "{\"clusters\":[\"one\"],\"max_in_flight\":0}")
                        .status())
                .isEqualTo(400);
        assertThat(upgrade("none").status()).isEqualTo(404);
        api.as(api.uaa.token("reader", "pks.clusters.admin.read"));
        assertThat(upgrade("one").status()).isEqualTo(403);
        api.as(api.uaa.token("other", "pks.clusters.manage"));
        assertThat(upgrade("one").status()).isEqualTo(404);
    }
}
