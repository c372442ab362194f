package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.osb.OsbJson;
import tools.jackson.databind.JsonNode;

/// What a cluster has of its own beside its plan: given, shown, changed and told to the broker.
class ClusterSettingsIT {

    private static TestApi api;
    private static String authority;

    @BeforeAll
    static void start() {
        api = new TestApi();
        authority = certificate("one");
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

    private static String certificate(String name) {
        return CertificateAuthority.create(name, CertificateAuthority.ec(), Duration.ofDays(1), Instant::now)
                .certificatePem();
    }

    private static String quoted(String text) {
        return OsbJson.MAPPER.writeValueAsString(text);
    }

    private static JsonNode parameters(String name) {
        return api.get("/v1/clusters/" + name).json().path("parameters");
    }

    private static void updated(String name, String body) {
        var answer = api.patch("/v1/clusters/" + name, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.text()).isEmpty();
        api.awaitState(name, "UPDATE succeeded");
    }

    private static String sent() {
        return api.broker.updates().getLast().path("parameters").toString();
    }

    private static void created(String name) {
        assertThat(api.create(name).status()).isEqualTo(202);
        api.awaitState(name, "CREATE succeeded");
    }

    @Test
    void createsAClusterWithSettings() {
        var body = """
                {"name":"one","plan_name":"small","parameters":{"kubernetes_master_host":"one.example.com",
                 "kubernetes_setting_cluster_details":{"kubelet_drain_timeout":"5","kubelet_drain_force":"","kubelet_drain_force_node":"TRUE"},
                 "cluster_tags":[{"name":"client","value":"tiny"},{"name":"alone","category":""}],
                 "custom_ca_certs":[{"domain_name":"Registry.example.com:5000","ca_cert":%s}],
                 "k8s_customization_parameters":{"unset_http_proxy":null,"insecure_registries":["10.0.0.1:5000","10.0.0.1:5000"]}}}""".formatted(quoted(authority));
        var answer = api.post("/v1/clusters", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        api.awaitState("one", "CREATE succeeded");
        var ca = "[{\"domain_name\":\"registry.example.com:5000\",\"ca_cert\":" + quoted(authority) + "}]";
        assertThat(api.broker
                        .instances()
                        .values()
                        .iterator()
                        .next()
                        .body
                        .path("parameters")
                        .toString())
                .isEqualTo(
                        "{\"cluster_tags\":[{\"name\":\"client\",\"value\":\"tiny\"},{\"name\":\"alone\",\"value\":\"\"}],"
                                + "\"custom_ca_certs\":" + ca + ",\"insecure_registries\":[\"10.0.0.1:5000\"],"
                                + "\"kubelet_drain_force_node\":\"true\",\"kubelet_drain_timeout\":\"5\","
                                + "\"kubernetes_master_host\":\"one.example.com\",\"kubernetes_master_port\":8443,"
                                + "\"kubernetes_worker_instances\":3}");
        var shown = parameters("one");
        assertThat(shown.path("cluster_tags").toString())
                .isEqualTo("[{\"name\":\"client\",\"value\":\"tiny\"},{\"name\":\"alone\",\"value\":\"\"}]");
        assertThat(shown.path("custom_ca_certs").toString()).isEqualTo(ca);
        assertThat(shown.at("/k8s_customization_parameters/insecure_registries").toString())
                .isEqualTo("[\"10.0.0.1:5000\"]");
        assertThat(shown.path("kubernetes_setting_cluster_details").isNull()).isTrue();
        var details = api.get("/v1/clusterdetails/one").json().path("parameters");
        assertThat(details.path("kubernetes_setting_cluster_details").toString())
                .isEqualTo("{\"kubelet_drain_timeout\":\"5\",\"kubelet_drain_force_node\":\"true\"}");
        assertThat(details.path("kubernetes_setting_plan_details").toString())
                .isEqualTo("{\"kubelet_drain_timeout\":\"10\",\"kubelet_drain_grace_period\":\"10\","
                        + "\"kubelet_drain_force\":\"true\",\"kubelet_drain_ignore_daemonsets\":\"true\","
                        + "\"kubelet_drain_delete_local_data\":\"true\",\"kubelet_drain_force_node\":\"false\"}");
    }

    @Test
    void tellsTheBrokerWhatChangesAndNothingElse() {
        created("one");
        updated("one", "{\"kubelet_drain_timeout\":\"7\",\"kubelet_drain_grace_period\":\"-1\"}");
        assertThat(sent()).isEqualTo("{\"kubelet_drain_grace_period\":\"-1\",\"kubelet_drain_timeout\":\"7\"}");
        updated("one", "{\"cluster_tags\":[{\"name\":\"a\",\"value\":\"1\"}],\"kubernetes_worker_instances\":4}");
        assertThat(sent())
                .isEqualTo("{\"cluster_tags\":[{\"name\":\"a\",\"value\":\"1\"}],\"kubernetes_worker_instances\":4}");
        updated("one", "{\"cluster_tags\":[{\"name\":\"b\",\"value\":\"2\"}]}");
        assertThat(parameters("one").path("cluster_tags").toString()).isEqualTo("[{\"name\":\"b\",\"value\":\"2\"}]");
        updated("one", "{\"delete_all_tags\":true}");
        assertThat(sent()).isEqualTo("{\"cluster_tags\":[]}");
        assertThat(parameters("one").path("cluster_tags").isNull()).isTrue();
        updated("one", "{\"insecure_registries\":[\"r.example.com\"]}");
        updated("one", "{\"insecure_registries\":[]}");
        assertThat(sent()).isEqualTo("{\"insecure_registries\":[]}");
        assertThat(parameters("one").path("kubernetes_worker_instances").asInt())
                .isEqualTo(4);
        assertThat(api.get("/v1/clusterdetails/one")
                        .json()
                        .at("/parameters/kubernetes_setting_cluster_details")
                        .toString())
                .isEqualTo("{\"kubelet_drain_timeout\":\"7\",\"kubelet_drain_grace_period\":\"-1\"}");
    }

    @Test
    void keepsAuthoritiesOfDomainsThatAreNotNamedAgain() {
        created("one");
        var first = "{\"domain_name\":\"a.example.com\",\"ca_cert\":" + quoted(authority) + "}";
        var second = "{\"domain_name\":\"b.example.com\",\"ca_cert\":" + quoted(authority) + "}";
        updated("one", "{\"custom_ca_certs\":[" + first + "]}");
        updated("one", "{\"custom_ca_certs\":[" + second + "]}");
        assertThat(sent()).isEqualTo("{\"custom_ca_certs\":[" + first + "," + second + "]}");
        var renewed = "{\"domain_name\":\"a.example.com\",\"ca_cert\":" + quoted(certificate("two")) + "}";
        updated("one", "{\"custom_ca_certs\":[" + renewed + "]}");
        assertThat(sent()).isEqualTo("{\"custom_ca_certs\":[" + renewed + "," + second + "]}");
        assertThat(parameters("one").path("custom_ca_certs").toString()).isEqualTo("[" + renewed + "," + second + "]");
    }

    @Test
    void changesAClusterThatHasMoreWorkersThanItsPlanAllowsNow() {
        created("one");
        updated("one", "{\"kubernetes_worker_instances\":5}");
        api.broker.mostWorkers = 4;
        updated("one", "{\"kubelet_drain_timeout\":\"7\"}");
        assertThat(api.get("/v1/clusters/one")
                        .json()
                        .at("/parameters/kubernetes_worker_instances")
                        .asInt())
                .isEqualTo(5);
        var more = api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":6}");
        assertThat(more.status()).isEqualTo(400);
        assertThat(more.sentence()).contains("allows at most 4");
        updated("one", "{\"kubernetes_worker_instances\":4}");
    }

    @Test
    void takesWhatGeneratedClientsSendForUnsetFields() {
        created("one");
        updated("one", """
                {"kubernetes_worker_instances":4,"kubernetes_profile_name":null,"network_profile_name":"",
                 "kubelet_drain_timeout":"","kubelet_drain_force":null,"insecure_registries":null,"custom_ca_certs":[],
                 "cluster_tags":[],"delete_all_tags":false,"node_pool_instances":{}}""");
        assertThat(sent()).isEqualTo("{\"kubernetes_worker_instances\":4}");
    }

    @Test
    void showsWhatHoldsAfterAFailedUpdate() {
        created("one");
        updated("one", "{\"cluster_tags\":[{\"name\":\"a\",\"value\":\"1\"}]}");
        api.broker.instant = false;
        var body =
                "{\"cluster_tags\":[{\"name\":\"b\"}],\"kubernetes_worker_instances\":5,\"kubelet_drain_timeout\":\"9\"}";
        assertThat(api.patch("/v1/clusters/one", body).status()).isEqualTo(202);
        api.broker.awaitUpdate();
        assertThat(parameters("one").path("kubernetes_worker_instances").asInt())
                .isEqualTo(5);
        api.broker.end("failed", "Instance update failed: worker/4 has no disk.");
        api.awaitState("one", "UPDATE failed");
        assertThat(parameters("one").path("kubernetes_worker_instances").asInt())
                .isEqualTo(3);
        assertThat(parameters("one").path("cluster_tags").toString()).isEqualTo("[{\"name\":\"a\",\"value\":\"1\"}]");
        assertThat(api.get("/v1/clusterdetails/one")
                        .json()
                        .at("/parameters/kubernetes_setting_cluster_details")
                        .toString())
                .isEqualTo("{}");
        api.broker.instant = true;
        updated("one", body);
        assertThat(parameters("one").path("kubernetes_worker_instances").asInt())
                .isEqualTo(5);
    }

    @Test
    void aRepetitionTellsTheBrokerTheSame() {
        created("one");
        api.broker.misbehave(request -> request.startsWith("PATCH"), 503, "{\"description\":\"No Director.\"}", 2);
        updated("one", "{\"cluster_tags\":[{\"name\":\"a\"}],\"kubelet_drain_timeout\":\"3\"}");
        assertThat(api.broker.updates()).hasSizeGreaterThanOrEqualTo(3);
        var last = api.broker
                .updates()
                .subList(api.broker.updates().size() - 3, api.broker.updates().size());
        assertThat(last).containsOnly(last.getFirst());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {}                                    | The request changes nothing; please give kubernetes_worker_instances or another field of the update.
        {"cluster_tags":[],"custom_ca_certs":null} | The request changes nothing; please give kubernetes_worker_instances or another field of the update.
        {"kubelet_drain_timeout":"1441"}      | The field 'kubelet_drain_timeout' must be a whole number of minutes from 0 to 1440, as a text.
        {"kubelet_drain_timeout":"-1"}        | The field 'kubelet_drain_timeout' must be a whole number of minutes from 0 to 1440, as a text.
        {"kubelet_drain_timeout":"1.5"}       | The field 'kubelet_drain_timeout' must be a whole number of minutes from 0 to 1440, as a text.
        {"kubelet_drain_timeout":10}          | The field 'kubelet_drain_timeout' must be a text.
        {"kubelet_drain_grace_period":"-2"}   | The field 'kubelet_drain_grace_period' must be a whole number of seconds from -1 to 86400, as a text.
        {"kubelet_drain_grace_period":"86401"} | The field 'kubelet_drain_grace_period' must be a whole number of seconds from -1 to 86400, as a text.
        {"kubelet_drain_force":"yes"}         | The field 'kubelet_drain_force' must be "true" or "false".
        {"kubelet_drain_force_node":"true","kubelet_drain_timeout":"0"} | The field 'kubelet_drain_force_node' needs a node drain timeout (kubelet_drain_timeout) above 0, because it is about pods that still run after it.
        {"cluster_tags":[{"value":"x"}]}      | The field 'cluster_tags[0].name' must not be empty.
        {"cluster_tags":[null]}               | The field 'cluster_tags[0].name' must not be empty.
        {"cluster_tags":[{"name":"a"},{"name":"a:b"}]} | The field 'cluster_tags[1].name' must not contain '"', ':', ',' or control characters.
        {"cluster_tags":[{"name":"a","value":"x,y"}]} | The field 'cluster_tags[0].value' must not contain '"', ':', ',' or control characters.
        {"cluster_tags":[{"name":"a","value":"x\\u0007"}]} | The field 'cluster_tags[0].value' must not contain '"', ':', ',' or control characters.
        {"cluster_tags":[{"name":"a"},{"name":"a"}]} | The field 'cluster_tags[1].name' names a tag that stands there already; each may be set once.
        {"cluster_tags":[{"name":"a","category":"c"}]} | The field 'cluster_tags[0].category' is for vSphere alone; please leave it out.
        {"cluster_tags":[{"name":"a","colour":"c"}]} | The field 'cluster_tags[0].colour' is unknown.
        {"cluster_tags":"a:b"}                | The field 'cluster_tags' must be a list.
        {"cluster_tags":[{"name":"a"}],"delete_all_tags":true} | The fields 'delete_all_tags' and 'cluster_tags' contradict each other; please give one of them.
        {"delete_all_tags":"yes"}             | The field 'delete_all_tags' must be true or false.
        {"custom_ca_certs":[{"domain_name":"a.example.com"}]} | The field 'custom_ca_certs[0].ca_cert' must not be empty.
        {"custom_ca_certs":[{"domain_name":"*.example.com","ca_cert":"x"}]} | The field 'custom_ca_certs[0].domain_name' must name one registry: nodes know no wildcards; please name each registry of the domain.
        {"insecure_registries":["[::1]:5000"]} | The field 'insecure_registries[0]' must be a registry's host and port such as registry.example.com:5000, without http:// and path.
        {"custom_ca_certs":[{"domain_name":"-a","ca_cert":"x"}]} | The field 'custom_ca_certs[0].domain_name' must be a domain of a registry such as registry.example.com or registry.example.com:5000.
        {"custom_ca_certs":[{"domain_name":"../a","ca_cert":"x"}]} | The field 'custom_ca_certs[0].domain_name' must be a domain of a registry such as registry.example.com or registry.example.com:5000.
        {"custom_ca_certs":[{"domain_name":"a:70000","ca_cert":"x"}]} | The field 'custom_ca_certs[0].domain_name' has a port that is not between 1 and 65535.
        {"custom_ca_certs":[{"domain_name":"a","ca_cert":"x"}]} | The field 'custom_ca_certs[0].ca_cert' must be a certificate in PEM form, -----BEGIN CERTIFICATE----- and so on.
        {"custom_ca_certs":[{"domain_name":"a","ca_cert":"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----"}]} | The field 'custom_ca_certs[0].ca_cert' must be a certificate in PEM form, -----BEGIN CERTIFICATE----- and so on.
        {"custom_ca_certs":[{"domain_name":"a","ca_cert":"-----BEGIN PRIVATE KEY-----"}]} | The field 'custom_ca_certs[0].ca_cert' holds a private key; please send the certificate alone.
        {"insecure_registries":["http://a"]}  | The field 'insecure_registries[0]' must be a registry's host and port such as registry.example.com:5000, without http:// and path.
        {"insecure_registries":["a:0"]}       | The field 'insecure_registries[0]' must be a registry's host and port such as registry.example.com:5000, without http:// and path.
        {"insecure_registries":["a",null]}    | The field 'insecure_registries[1]' must be a registry's host and port such as registry.example.com:5000, without http:// and path.
        {"node_pool_instances":{"p":0}}       | The field 'node_pool_instances.p' must be a whole number of at least 1.
        {"network_profile_name":"np"}         | There is no network profile 'np' that you may use (network_profile_name); 'pks network-profiles' lists them.
        {"kubernetes_profile_name":"kp"}      | There is no kubernetes profile 'kp' that you may use (kubernetes_profile_name); 'pks kubernetes-profiles' lists them.
        {"kubernetes_profile_name":""}        | The request changes nothing; please give kubernetes_worker_instances or another field of the update.
        {"node_pool_instances":{"p":2}}       | The field 'node_pool_instances' needs a compute profile with node pools; please give compute_profile_name as well.
        {"kubernetes_worker_instances":4,"cluster_tags":[{"name":""}]} | The field 'cluster_tags[0].name' must not be empty.
        {"kubernetes_worker_instances":400,"cluster_tags":[{"name":"a"}]} | The number of worker nodes (kubernetes_worker_instances) is 400; plan 'small' allows at most 50.
        """)
    void refusesTheWholeUpdateForOneField(String body, String sentence) {
        created("one");
        var before = api.get("/v1/clusterdetails/one").text();
        var answer = api.patch("/v1/clusters/one", body);
        assertThat(answer.sentence()).isEqualTo(sentence);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(api.get("/v1/clusterdetails/one").text()).isEqualTo(before);
    }
}
