package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is wrong with a request is said in one sentence, and nothing changes.
class BadRequestsIT {

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
    }

    @AfterAll
    static void stop() {
        assertThat(api.asAdmin().get("/v1/clusters").text()).isEqualTo("[]");
        assertThat(api.broker.begun()).isZero();
        api.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"plan_name":"small","parameters":{"kubernetes_master_host":"a"}} | The field 'name' is missing.
        {"name":null,"plan_name":"small","parameters":{}}       | The field 'name' is missing.
        {"name":"a","parameters":{"kubernetes_master_host":"a"}} | The field 'plan_name' is missing.
        {"name":"a","plan_name":"small"}                        | The field 'parameters' is missing.
        {"name":"a","plan_name":"small","parameters":{}}        | The field 'kubernetes_master_host' is missing.
        {"name":"a b","plan_name":"small","parameters":{"kubernetes_master_host":"a"}} | The cluster name may hold only letters, digits, '-' and '_', and must start with a letter or a digit.
        {"name":"a","plan_name":"huge","parameters":{"kubernetes_master_host":"a"}} | Plan 'huge' does not exist. The plans are: small, medium.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"A"}} | The external hostname (kubernetes_master_host) must be a DNS name of lower-case letters, digits, '-' and '.', such as my-cluster.example.com, or an IPv4 address.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","kubernetes_worker_instances":0}} | The number of worker nodes (kubernetes_worker_instances) must be at least 1, not 0.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","kubernetes_worker_instances":-3}} | The number of worker nodes (kubernetes_worker_instances) must be at least 1, not -3.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","kubernetes_worker_instances":51}} | The number of worker nodes (kubernetes_worker_instances) is 51; plan 'small' allows at most 50.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","kubernetes_master_port":70000}} | The field 'kubernetes_master_port' must lie between 1 and 65535, not be 70000.
        {"name":"a","plan_name":"small","network_profile_name":"np","parameters":{"kubernetes_master_host":"a"}} | There is no network profile 'np' that you may use (network_profile_name); 'pks network-profiles' lists them.
        {"name":"a","plan_name":"small","kubernetes_profile_name":"kp","parameters":{"kubernetes_master_host":"a"}} | There is no kubernetes profile 'kp' that you may use (kubernetes_profile_name); 'pks kubernetes-profiles' lists them.
        {"name":"a","plan_name":"small","compute_profile_name":"cp","parameters":{"kubernetes_master_host":"a"}} | There is no compute profile 'cp' that you may use (compute_profile_name); 'pks compute-profiles' lists them.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","node_pool_instances":{"p":2}}} | The field 'node_pool_instances' needs a compute profile with node pools; please give compute_profile_name as well.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","authorization_mode":"x"}} | The field 'parameters.authorization_mode' is not supported by this installation; please leave it out.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","k8s_customization_parameters":{"unset_http_proxy":["x"]}}} | The field 'parameters.k8s_customization_parameters.unset_http_proxy' is not supported by this installation; please leave it out.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","cluster_tags":[{"name":"x:y"}]}} | The field 'parameters.cluster_tags[0].name' must not contain '"', ':', ',' or control characters.
        {"name":"a","plan_name":"small","parametres":{}}        | The field 'parametres' is unknown.
        {"name":"a","plan_name":"small","parameters":{"workers":3}} | The field 'parameters.workers' is unknown.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","kubernetes_worker_instances":"3"}} | The field 'parameters.kubernetes_worker_instances' must be a whole number.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","kubernetes_worker_instances":3.5}} | The field 'parameters.kubernetes_worker_instances' must be a whole number.
        {"name":"a","plan_name":"small","parameters":{"kubernetes_master_host":"a","kubernetes_worker_instances":99999999999}} | The number in the field 'parameters.kubernetes_worker_instances' is too large or has a fraction.
        {"name":1,"plan_name":"small","parameters":{}}          | The field 'name' must be a text.
        {"name":"a","plan_name":"small","parameters":[]}        | The field 'parameters' must be an object.
        []                                                      | The body must be a JSON object.
        "a"                                                     | The body must be a JSON object.
        null                                                    | The body is missing or is not valid JSON.
        {"name":"a",}                                           | The body is not valid JSON (line 1, column 13).
        {"name":                                                | The body is not valid JSON (line 1, column 9).
        {"name":"a","plan_name":"small","name":"b"}             | The body has a field twice (line 1, column 39).
        {} {}                                                   | The body must be a JSON object.
        """)
    void namesTheFieldAndTheLimit(String body, String sentence) {
        var answer = api.asAdmin().post("/v1/clusters", body);
        assertThat(answer.sentence()).isEqualTo(sentence);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void tellsLineAndColumnOfBrokenJson() {
        var answer = api.asAdmin().post("/v1/clusters", "{\n  \"name\": \"a\",\n  oops\n}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.sentence()).startsWith("The body is not valid JSON (line 3, column ");
    }

    @Test
    void refusesNamesOfUsersThatNobodyHas() {
        var answer = api.asAdmin().get("/v1/clusters/none/binds/" + "u".repeat(256));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.sentence())
                .isEqualTo("The user name must have at most 255 characters and no control characters.");
        assertThat(api.get("/v1/clusters/none/binds/" + "u".repeat(255)).status())
                .isEqualTo(404);
        for (var name : new String[] {"a%0Ab", "a%7Fb", "a%C2%85b"}) {
            assertThat(api.get("/v1/clusters/none/binds/" + name).status())
                    .as(name)
                    .isEqualTo(400);
        }
    }

    @Test
    void wantsJson() {
        for (var type : new String[] {"text/plain", "application/x-www-form-urlencoded", "application/xml", null}) {
            var answer = api.asAdmin().send("POST", "/v1/clusters", "{}", type);
            assertThat(answer.status()).as(type).isEqualTo(415);
            assertThat(answer.sentence()).startsWith("The content type of the request must be application/json");
        }
    }

    @Test
    void refusesLargeBodies() {
        var answer = api.asAdmin().post("/v1/clusters", "{\"name\":\"" + "a".repeat(2 << 20) + "\"}");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.sentence()).contains("larger than the limit");
    }

    @Test
    void knowsItsAddressesAndMethods() {
        api.asAdmin();
        var missing = api.get("/v1/unknown");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.sentence()).isNotBlank();
        var method = api.send("PUT", "/v1/clusters", "{}", "application/json");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.headers().firstValue("Allow")).contains("GET, PATCH, POST");
        assertThat(api.get("/v1/clusters/").status()).isEqualTo(200);
        assertThat(api.get("/v1/clusters/none").sentence()).isEqualTo("Cluster none not found");
        assertThat(api.get("/v1/clusters/%C3%A4").status()).isEqualTo(404);
        assertThat(api.delete("/v1/clusters/none").status()).isEqualTo(404);
        assertThat(api.patch("/v1/clusters/none", "{\"kubernetes_worker_instances\":1}")
                        .status())
                .isEqualTo(404);
        assertThat(api.get("/v1/clusters/none/steps?since=x").status()).isEqualTo(400);
    }

    @Test
    void refusesParametersThatAreNoText() {
        for (var path : new String[] {"/v1/tasks?limit=%C3%28", "/v1/clusters/one/steps?x=%FF&since=1"}) {
            var answer = api.asAdmin().get(path);
            assertThat(answer.status()).as(path).isEqualTo(400);
            assertThat(answer.sentence()).isEqualTo("The parameters in the address of the request cannot be read.");
        }
    }

    @Test
    void answersInItsOwnFormEvenWhereTheServerRefusesTheAddress() {
        for (var path :
                new String[] {"/v1/clusters/a%2Fb", "/v1/clusters/..%2f", "/v1//clusters", "/v1/clusters/a;b=c", "/%00"
                }) {
            var answer = api.asAdmin().get(path);
            assertThat(answer.status()).as(path).isBetween(400, 404);
            assertThat(answer.sentence()).as(path).isNotBlank();
        }
    }
}
