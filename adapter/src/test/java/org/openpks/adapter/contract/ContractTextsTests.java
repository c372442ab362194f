package org.openpks.adapter.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.adapter.ServiceDeployment;
import org.openpks.kernel.Fault;
import tools.jackson.databind.json.JsonMapper;

/// What the broker writes is what the adapter reads, and the other way round.
class ContractTextsTests {

    private static final Plan PLAN = new Plan(
            Map.of("max_worker_instances", 5, "addons", "a: ü\n", "network", Map.of("backend", "vxlan")),
            List.of(
                    new Plan.InstanceGroup(
                            "master",
                            "m",
                            List.of("lb"),
                            Optional.of("5120"),
                            3,
                            List.of("a", "b"),
                            List.of("z1"),
                            Optional.empty(),
                            List.of("old")),
                    new Plan.InstanceGroup(
                            "apply",
                            "w",
                            List.of(),
                            Optional.empty(),
                            1,
                            List.of("a"),
                            List.of("z1"),
                            Optional.of("errand"),
                            List.of())),
            Optional.of(new Plan.Update("10%", "1-2", "3-4", 2, Optional.of(false), Optional.of("serial"))),
            new Plan.LifecycleErrands(
                    List.of(new Plan.Errand("apply-addons", List.of("master/0"))),
                    List.of(new Plan.Errand("clean", List.of()))));

    @Test
    void carriesAManifestsRequest() throws IOException {
        var request = new ServiceAdapter.GenerateManifest(
                new ServiceDeployment(
                        "service-instance_1",
                        List.of(new ServiceDeployment.Release("kubernetes", "1.37.2", List.of("etcd"))),
                        List.of(new ServiceDeployment.Stemcell(Optional.of("s"), "debian", "1"))),
                PLAN,
                Map.of("parameters", Map.of("kubernetes_worker_instances", 3)),
                Optional.of("name: x\n"),
                Optional.of(PLAN),
                Map.of("((/a))", "secret"),
                Map.of("cloud", "azs: []\n"));
        assertThat(ContractJson.generateManifest(read(Command.GENERATE_MANIFEST, ContractTexts.input(request))))
                .isEqualTo(request);
    }

    @Test
    void carriesARequestWithoutAPreviousManifest() throws IOException {
        var request = new ServiceAdapter.GenerateManifest(
                new ServiceDeployment("d", List.of(), List.of()),
                new Plan(Map.of(), List.of(), Optional.empty(), Plan.LifecycleErrands.NONE),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of());
        assertThat(ContractJson.generateManifest(read(Command.GENERATE_MANIFEST, ContractTexts.input(request))))
                .isEqualTo(request);
    }

    @Test
    void carriesBindings() throws IOException {
        var create = new ServiceAdapter.CreateBinding(
                "b",
                Map.of("master", List.of("10.0.0.1", "10.0.0.2")),
                "name: x\n",
                Map.of("app_guid", "a"),
                Map.of("((/a))", "{\"private_key\":\"k\"}"),
                Map.of("dns", "q-s0.bosh"));
        assertThat(ContractJson.createBinding(read(Command.CREATE_BINDING, ContractTexts.input(create))))
                .isEqualTo(create);
        var delete = new ServiceAdapter.DeleteBinding(
                "b", Map.of("master", List.of("10.0.0.1")), "name: x\n", Map.of(), Map.of("((a))", "v"));
        assertThat(ContractJson.deleteBinding(read(Command.DELETE_BINDING, ContractTexts.input(delete))))
                .isEqualTo(delete);
    }

    /// A variable of several parts is a map in this process and its JSON in the contract.
    @Test
    void writesSecretsAsTexts() throws IOException {
        var create = new ServiceAdapter.CreateBinding(
                "b", Map.of(), "", Map.of(), Map.of("((/tls))", Map.of("private_key", "k")), Map.of());
        assertThat(ContractJson.createBinding(read(Command.CREATE_BINDING, ContractTexts.input(create)))
                        .secrets())
                .isEqualTo(Map.of("((/tls))", "{\"private_key\":\"k\"}"));
    }

    @Test
    void hasEveryCommandsKeyInEveryInput() {
        var input = new JsonMapper().readTree(ContractTexts.input(PLAN));
        assertThat(input.propertyNames())
                .containsExactlyInAnyOrder(
                        "generate_manifest",
                        "create_binding",
                        "delete_binding",
                        "dashboard_url",
                        "generate_plan_schemas");
        assertThat(input.at("/create_binding/secrets").asString("no text")).isEmpty();
    }

    @Test
    void carriesAnswers() {
        var manifest = new ServiceAdapter.GeneratedManifest(
                "name: x\n", Map.of("a", "b"), Map.of("cloud", "azs: []"), Map.of("l", "1"));
        assertThat(ContractTexts.manifest(ContractJson.text(manifest))).isEqualTo(manifest);
        var binding = new ServiceAdapter.Binding(Map.of("token", "t", "kubeconfig", Map.of("kind", "Config")));
        assertThat(ContractTexts.binding(ContractJson.text(binding))).isEqualTo(binding);
        var schemas = new ServiceAdapter.PlanSchemas(Map.of("type", "object"), Map.of("a", 1), Map.of());
        assertThat(ContractTexts.planSchemas(ContractJson.text(schemas))).isEqualTo(schemas);
        assertThat(ContractTexts.dashboard(ContractJson.dashboard("https://a"))).contains("https://a");
        assertThat(ContractTexts.dashboard("{}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "[]", "{}"})
    void refusesOutputThatIsNotTheContracts(String output) {
        assertThatThrownBy(() -> ContractTexts.manifest(output)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.userMessage()).startsWith("The service adapter failed.");
            assertThat(fault.detail()).doesNotContain("secret");
        });
    }

    private static Input read(Command command, String text) throws IOException {
        return Input.read(command, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
