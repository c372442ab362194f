package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The executable contract: values of the input are texts that hold JSON or YAML.
class AdapterMainTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SERVICE_DEPLOYMENT = """
            {"deployment_name":"service-instance_1","releases":[{"name":"kubernetes","version":"1.37.2","jobs":[]}],
             "stemcells":[{"stemcell_os":"openpks-bookworm","stemcell_version":"1.7"}]}""";
    private static final String PLAN = """
            {"properties":{"max_worker_instances":5},"lifecycle_errands":{"post_deploy":[{"name":"apply-addons","instances":["master/0"]}]},
             "instance_groups":[
               {"name":"master","vm_type":"m","instances":1,"networks":["default"],"azs":["az1"],"persistent_disk_type":"5120"},
               {"name":"worker","vm_type":"w","instances":2,"networks":["default","storage"],"azs":["az1"],"vm_extensions":["lb"]}],
             "update":{"canaries":1,"max_in_flight":"10%","canary_watch_time":"1-2","update_watch_time":"1-2","serial":true}}""";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void generatesAManifest() throws IOException {
        int code =
                run("generate-manifest", generate("{\"parameters\":{\"kubernetes_master_host\":\"a.example.com\"}}"));
        assertThat(code).isZero();
        var answer = JSON.readTree(out());
        var manifest = Yaml.map(answer.path("manifest").asString(""));
        assertThat(manifest.get("name")).isEqualTo("service-instance_1");
        assertThat(Maps.map(manifest.get("update"))).containsEntry("max_in_flight", "10%");
        var worker = Maps.maps(manifest.get("instance_groups")).get(1);
        assertThat(worker).containsEntry("instances", 2).containsEntry("vm_extensions", List.of("lb"));
        assertThat(Maps.maps(worker.get("networks")).getFirst()).containsEntry("default", List.of("dns", "gateway"));
        assertThat(answer.path("secrets").isObject()).isTrue();
        assertThat(answer.path("configs").isObject()).isTrue();
        assertThat(answer.path("labels").isObject()).isTrue();
    }

    @Test
    void tellsTheUserWhatIsWrongAndFails() throws IOException {
        int code = run("generate-manifest", generate("{\"parameters\":{\"kubernetes_worker_instances\":9}}"));
        assertThat(code).isEqualTo(1);
        assertThat(out()).isEqualTo("kubernetes_master_host is required\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("PARAMETER_INVALID");
    }

    @Test
    void answersWithTenToCommandsThatItDoesNotHave() throws IOException {
        assertThat(run("dashboard-url", "{}")).isEqualTo(10);
        assertThat(run("nonsense", "{}")).isEqualTo(10);
    }

    @Test
    void refusesInputThatIsNotOfTheContract() throws IOException {
        assertThat(run("generate-manifest", "{}")).isEqualTo(1);
        assertThat(run("generate-manifest", "no json")).isEqualTo(1);
        assertThat(out()).doesNotContain("Exception");
    }

    @Test
    void describesTheParametersOfAPlan() throws IOException {
        int code = run(
                "generate-plan-schemas",
                JSON.writeValueAsString(Map.of("generate_plan_schemas", Map.of("plan", PLAN))));
        assertThat(code).isZero();
        var create = JSON.readTree(out()).at("/service_instance/create/parameters");
        assertThat(create.at("/properties/kubernetes_worker_instances/maximum").asInt(0))
                .isEqualTo(5);
        assertThat(create.path("required").path(0).asString("")).isEqualTo("kubernetes_master_host");
    }

    private static String generate(String requestParameters) {
        var input = new LinkedHashMap<String, Object>();
        input.put("service_deployment", SERVICE_DEPLOYMENT);
        input.put("plan", PLAN);
        input.put("previous_plan", "null");
        input.put("previous_manifest", "");
        input.put("request_parameters", requestParameters);
        input.put("previous_secrets", "");
        input.put("previous_configs", "");
        return JSON.writeValueAsString(Map.of("generate_manifest", input, "create_binding", Map.of("manifest", "")));
    }

    private int run(String command, String input) throws IOException {
        return new AdapterMain(new KubernetesServiceAdapter())
                .run(
                        List.of(command),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
