package org.openpks.adapter.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.KubernetesServiceAdapter;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The executable contract: fields are texts that hold JSON or YAML, on standard input or as arguments.
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
    private static final String REQUEST = "{\"parameters\":{\"kubernetes_master_host\":\"a.example.com\"}}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void generatesAManifest() throws IOException {
        assertThat(run("generate-manifest", generate(REQUEST))).isZero();
        var answer = JSON.readTree(out());
        var manifest = yaml(answer.path("manifest").asString(""));
        assertThat(manifest.at("/name").asString()).isEqualTo("service-instance_1");
        assertThat(manifest.at("/update/max_in_flight").asString()).isEqualTo("10%");
        var worker = manifest.at("/instance_groups/1");
        assertThat(worker.path("instances").asInt()).isEqualTo(2);
        assertThat(worker.at("/vm_extensions/0").asString()).isEqualTo("lb");
        assertThat(worker.at("/networks/0/default")).hasToString("[\"dns\",\"gateway\"]");
        for (var part : List.of("secrets", "configs", "labels")) {
            assertThat(answer.path(part).isObject()).as(part).isTrue();
        }
    }

    @Test
    void givesTheSameManifestInTheOlderForm() throws IOException {
        run("generate-manifest", generate(REQUEST));
        var manifest = JSON.readTree(out()).path("manifest").asString();
        out.reset();

        int code = main(
                new KubernetesServiceAdapter(), "", "generate-manifest", SERVICE_DEPLOYMENT, PLAN, REQUEST, "", "null");

        assertThat(code).isZero();
        assertThat(out()).isEqualTo(manifest);
    }

    @Test
    void carriesOnWhatWasAskedBeforeInBothForms() throws IOException {
        main(new KubernetesServiceAdapter(), "", "generate-manifest", SERVICE_DEPLOYMENT, PLAN, REQUEST, "", "null");
        var first = out();
        out.reset();
        main(new KubernetesServiceAdapter(), "", "generate-manifest", SERVICE_DEPLOYMENT, PLAN, "{}", first, PLAN);
        assertThat(out()).contains("kubernetes_master_host: a.example.com");
    }

    @Test
    void tellsTheUserWhatIsWrongAndFails() throws IOException {
        assertThat(run("generate-manifest", generate("{\"parameters\":{\"kubernetes_worker_instances\":9}}")))
                .isEqualTo(65);
        assertThat(out()).isEqualTo("kubernetes_master_host is required\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("generate-manifest: PARAMETER_INVALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "", "generate_manifest"})
    void answersWithTenToCommandsThatItDoesNotHave(String word) throws IOException {
        assertThat(main(new KubernetesServiceAdapter(), "{}", word)).isEqualTo(10);
    }

    @Test
    void answersWithTenForDashboardsBecauseClustersHaveNone() throws IOException {
        assertThat(run(
                        "dashboard-url",
                        Map.of("dashboard_url", Map.of("instance_id", "i", "plan", PLAN, "manifest", ""))))
                .isEqualTo(10);
        assertThat(main(new KubernetesServiceAdapter(), "", "dashboard-url", "i", PLAN, "name: x"))
                .isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                       | The input has no object generate_manifest.
            no json                                                  | The input is not valid JSON at line 1, column 1.
            []                                                       | The input has no object generate_manifest.
            {"generate_manifest":{"plan":{}}}                        | generate_manifest.plan must be a text that holds its value.
            {"generate_manifest":{"service_deployment":"{}"}}        | generate_manifest.plan is missing.
            {"generate_manifest":{"service_deployment":"{secret"}}   | generate_manifest.service_deployment is not valid JSON at line 1, column 2.
            {"generate_manifest":{"service_deployment":"[]"}}        | generate_manifest.service_deployment must be a JSON object.
            """)
    void namesWhatIsWrongWithTheInput(String input, String sentence) throws IOException {
        assertThat(main(new KubernetesServiceAdapter(), input, "generate-manifest"))
                .isEqualTo(64);
        assertThat(out().strip()).isEqualTo(sentence);
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("{secret");
    }

    @Test
    void namesTheArgumentsThatItWants() throws IOException {
        assertThat(main(new KubernetesServiceAdapter(), "", "create-binding", "b"))
                .isEqualTo(64);
        assertThat(out())
                .isEqualTo("create-binding takes 4 arguments (binding_id bosh_vms manifest request_parameters)"
                        + " or one JSON object on standard input, not 1 arguments.\n");
    }

    @Test
    void describesTheParametersOfAPlan() throws IOException {
        assertThat(run("generate-plan-schemas", Map.of("generate_plan_schemas", Map.of("plan", PLAN))))
                .isZero();
        var create = JSON.readTree(out()).at("/service_instance/create/parameters");
        assertThat(create.at("/properties/kubernetes_worker_instances/maximum").asInt(0))
                .isEqualTo(5);
        assertThat(create.path("required").path(0).asString("")).isEqualTo("kubernetes_master_host");
        assertThat(create.path("additionalProperties").asBoolean(true)).isFalse();
        var byInput = out();
        out.reset();
        assertThat(main(new KubernetesServiceAdapter(), "", "generate-plan-schemas", "-plan-json", PLAN))
                .isZero();
        assertThat(out()).isEqualTo(byInput);
    }

    @ParameterizedTest
    @EnumSource
    void endsWithTheCodeOfEachFailure(AdapterFault fault) throws IOException {
        var adapter = new FailingAdapter(new Fault(fault, "A sentence.", "a detail"));
        int code = main(adapter, "", "delete-binding", "b", "{}", "", "{}");
        assertThat(code).isEqualTo(fault.exitCode()).isNotZero();
        assertThat(AdapterFault.ofExit(code)).isEqualTo(fault);
        assertThat(out()).isEqualTo("A sentence.\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("delete-binding: %s a detail\n".formatted(fault));
    }

    @Test
    void hasTheCodesOfTheContract() {
        assertThat(AdapterFault.COMMAND_UNKNOWN.exitCode()).isEqualTo(10);
        assertThat(AdapterFault.BINDING_MISSING.exitCode()).isEqualTo(41);
        assertThat(AdapterFault.APP_ID_MISSING.exitCode()).isEqualTo(42);
        assertThat(AdapterFault.BINDING_EXISTS.exitCode()).isEqualTo(49);
        assertThat(AdapterFault.ofExit(99)).isEqualTo(AdapterFault.FAILED);
    }

    @Test
    void tellsOfAnUnexpectedFailureOnlyWhereItWas() throws IOException {
        var adapter = new FailingAdapter(new IllegalStateException("the secret is 1234"));
        assertThat(main(adapter, "", "delete-binding", "b", "{}", "", "{}")).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("delete-binding: java.lang.IllegalStateException\n")
                .contains("AdapterMainTests.tellsOfAnUnexpectedFailureOnlyWhereItWas")
                .doesNotContain("1234");
    }

    @Test
    void teachesItsUse() throws IOException {
        assertThat(main(new KubernetesServiceAdapter(), "", "--help")).isZero();
        for (var command : Command.values()) {
            assertThat(out()).contains(command.word());
        }
        assertThat(out()).contains("41  BINDING_MISSING");
    }

    private static Map<String, Object> generate(String requestParameters) {
        var input = new LinkedHashMap<String, Object>();
        input.put("service_deployment", SERVICE_DEPLOYMENT);
        input.put("plan", PLAN);
        input.put("previous_plan", "null");
        input.put("previous_manifest", "");
        input.put("request_parameters", requestParameters);
        input.put("previous_secrets", "");
        input.put("previous_configs", "");
        return Map.of("generate_manifest", input, "create_binding", Map.of("manifest", ""));
    }

    private int run(String command, Map<String, Object> input) throws IOException {
        return main(new KubernetesServiceAdapter(), JSON.writeValueAsString(input), command);
    }

    private int main(ServiceAdapter adapter, String input, String... arguments) throws IOException {
        return new AdapterMain(adapter)
                .run(
                        List.of(arguments),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static JsonNode yaml(String text) {
        return JSON.valueToTree(new Yaml().load(text));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private record FailingAdapter(RuntimeException failure) implements ServiceAdapter {

        @Override
        public GeneratedManifest generateManifest(GenerateManifest request) {
            throw failure;
        }

        @Override
        public Binding createBinding(CreateBinding request) {
            throw failure;
        }

        @Override
        public void deleteBinding(DeleteBinding request) {
            throw failure;
        }

        @Override
        public Optional<String> dashboardUrl(DashboardUrl request) {
            throw failure;
        }

        @Override
        public PlanSchemas generatePlanSchemas(Plan plan) {
            throw failure;
        }
    }
}
