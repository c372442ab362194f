package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
        api.broker.instant = true;
        api.get("/v1/clusters").json().forEach(cluster -> {
            var name = cluster.path("name").asString();
            api.delete("/v1/clusters/" + name);
            api.awaitState(name, "gone");
        });
    }

    @Test
    void createsShowsScalesAndDeletesACluster() {
        var created = api.create("one");
        assertThat(created.status()).as(created.text()).isEqualTo(202);
        assertThat(created.json().path("last_action_description").asString()).isEqualTo("Creating cluster");
        api.awaitState("one", "CREATE succeeded");
        var shown = api.get("/v1/clusters/one").json();
        assertThat(shown.path("kubernetes_master_ips").get(0).asString()).isEqualTo("100.96.0.10");
        assertThat(shown.path("last_action_description").asString()).isEqualTo("Instance provisioning completed");

        assertThat(api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":5}").status()).isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
        assertThat(api.get("/v1/clusters/one").json().at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(5);

        assertThat(api.delete("/v1/clusters/one").status()).isEqualTo(204);
        api.awaitState("one", "gone");
        assertThat(api.get("/v1/clusters/one").sentence()).isEqualTo("Cluster one not found");
        assertThat(api.broker.instances()).isEmpty();
    }
}
