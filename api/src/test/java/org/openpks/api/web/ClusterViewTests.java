package org.openpks.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.openpks.api.access.Principal;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.ClusterName;
import org.openpks.api.cluster.ClusterProfiles;
import org.openpks.api.cluster.ExternalHost;
import org.openpks.api.cluster.Phase;
import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Software;
import org.openpks.api.settings.ClusterSettings;
import org.openpks.api.settings.Drain;
import tools.jackson.databind.json.JsonMapper;

/// The exact texts that clients read.
class ClusterViewTests {

    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void hasTheFieldsOfTheApiInTheirOrderAndWritesUnsetOnesOut() {
        var cluster = new Cluster(
                UUID.fromString("4b1a9b6d-3594-4cad-ad0f-22043fb26480"),
                new ClusterName("k8s1"),
                new ExternalHost("k8s1.example.com"),
                8443,
                new Principal(Principal.Kind.USER, "alana"),
                "plan-id",
                "small",
                2,
                ClusterSettings.NONE,
                ClusterProfiles.NONE,
                Phase.CREATING,
                "Creating cluster",
                List.of(),
                Optional.of("1.36.3+aa"),
                "1.36.3",
                "1.7.0-build.1");
        var next = new Software("1.37.2+bb", "1.37.2");
        assertThat(MAPPER.writeValueAsString(ClusterView.of(cluster, Optional.of(next))))
                .isEqualTo("""
                {"name":"k8s1","plan_name":"small","last_action":"CREATE","last_action_state":"in progress",\
                "last_action_description":"Creating cluster","uuid":"4b1a9b6d-3594-4cad-ad0f-22043fb26480",\
                "kubernetes_master_ips":["In Progress"],"network_profile_name":"","compute_profile_name":"",\
                "kubernetes_profile_name":"","k8s_version":"1.36.3","pks_version":"1.7.0-build.1",\
                "available_upgrades":[{"component":"k8s","version":"1.37.2"}],\
                "parameters":{"kubernetes_master_host":"k8s1.example.com","kubernetes_master_port":8443,\
                "worker_haproxy_ip_addresses":null,"kubernetes_worker_instances":2,"authorization_mode":null,\
                "kubernetes_setting_plan_details":null,"kubernetes_setting_cluster_details":null,\
                "nsxt_network_profile":null,"nsxt_network_details":null,"compute_profile":null,\
                "k8s_customization_parameters":{"vsphere_cloud_provider_config_key":null,"unset_http_proxy":null,\
                "insecure_registries":null},"custom_ca_certs":null,"cluster_tags":null,\
                "node_pool_instances":null}}""");
    }

    @Test
    void writesPlansWithTheHyphensOfTheApi() {
        var plan = new Plan(
                "id-1",
                "small",
                "Small one",
                3,
                50,
                1,
                true,
                Optional.empty(),
                Plan.Machine.UNKNOWN,
                Plan.Machine.UNKNOWN,
                Drain.usually());
        assertThat(MAPPER.writeValueAsString(PlanController.View.of(plan))).isEqualTo("""
                {"id":"id-1","name":"small","description":"Small one","worker_instances":3,"master_instances":1,\
                "allow-privileged-containers":true}""");
    }
}
