package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.adapter.ServiceAdapter.GeneratedManifest;

/// The manifests of the main shapes, to be read by eye: a change of one is a change of every cluster. The test says how
/// to write them anew.
class GoldenManifestTests {

    private static final Path FOLDER = Path.of("src/test/resources/manifests");
    private static final Path CERTIFICATE = Path.of("src/test/resources/authority.pem");
    private static final String ADDRESS = "100.96.0.200";
    private static final ServiceAdapter ADAPTER = new KubernetesServiceAdapter();
    private static final Map<String, Supplier<GenerateManifest>> SHAPES = shapes();

    private static Map<String, Supplier<GenerateManifest>> shapes() {
        var shapes = new LinkedHashMap<String, Supplier<GenerateManifest>>();
        shapes.put("small", () -> TestPlans.create(TestPlans.named("small")));
        shapes.put("medium", () -> TestPlans.at(ADDRESS, TestPlans.create(TestPlans.named("medium"))));
        shapes.put("large", () -> TestPlans.at(ADDRESS, TestPlans.create(TestPlans.named("large"))));
        shapes.put("small-scaled", () -> {
            var plan = TestPlans.named("small");
            return TestPlans.update(plan, Map.of(Parameters.WORKERS, 5), manifest(TestPlans.create(plan)));
        });
        shapes.put("medium-upgraded", () -> {
            var plan = TestPlans.named("medium");
            var before = TestPlans.at(ADDRESS, TestPlans.create(plan));
            return new GenerateManifest(
                    TestPlans.deployment("1.38.0"),
                    plan,
                    Map.of(),
                    Optional.of(manifest(before)),
                    Optional.of(plan),
                    Map.of(),
                    Map.of());
        });
        shapes.put(
                "everything-set",
                () -> TestPlans.create(
                        everythingSet(),
                        Map.of(
                                Parameters.MASTER_HOST,
                                "k8s.example.com",
                                Parameters.MASTER_PORT,
                                443,
                                Parameters.WORKERS,
                                2,
                                "kubelet_drain_timeout",
                                "30",
                                "kubelet_drain_grace_period",
                                "-1",
                                "kubelet_drain_force_node",
                                "true")));
        shapes.put("customized", () -> TestPlans.create(TestPlans.named("small"), customized()));
        return shapes;
    }

    /// Everything that an owner can change of a plan.
    private static Map<String, Object> customized() {
        var parameters = new LinkedHashMap<String, Object>();
        parameters.put(Parameters.MASTER_HOST, TestPlans.HOST);
        parameters.put(
                KubernetesProfile.PARAMETER,
                Map.of(
                        "name",
                        "strict",
                        "customizations",
                        List.of(Map.of(
                                "component",
                                "kube-apiserver",
                                "arguments",
                                Map.of(
                                        "service-node-port-range", "30000-40000",
                                        "enable-admission-plugins", "ResourceQuota",
                                        "oidc-issuer-url", "https://dex.example.com",
                                        "oidc-client-id", "kubernetes"),
                                "file-arguments",
                                Map.of(
                                        "encryption-provider-config",
                                        "{kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [{identity: {}}]}]}",
                                        "audit-policy-file",
                                        "{kind: Policy}"))),
                        "experimental_customizations",
                        List.of(Map.of("component", "kubelet", "arguments", Map.of("max-pods", "50")))));
        parameters.put(
                ComputeProfile.PARAMETER,
                Map.of(
                        "name",
                        "pools",
                        "parameters",
                        Map.of(
                                "master_azs",
                                List.of("az2"),
                                "cluster_customization",
                                Map.of(
                                        "control_plane",
                                        new TreeMap<>(
                                                Map.of("cpu", 4, "memory_in_mb", 4096, "ephemeral_disk_in_mb", 16_384)),
                                        "node_pools",
                                        List.of(
                                                new TreeMap<>(Map.of("name", "web", "node_labels", "tier=web")),
                                                new TreeMap<>(
                                                        Map.of(
                                                                "name",
                                                                "db",
                                                                "instances",
                                                                2,
                                                                "az_names",
                                                                List.of("az3"),
                                                                "persistent_disk_in_mb",
                                                                2048,
                                                                "node_taints",
                                                                "dedicated=db:NoSchedule")))))));
        parameters.put(Parameters.POOL_INSTANCES, Map.of("web", 4));
        parameters.put(
                Tags.PARAMETER,
                List.of(Map.of("name", "team", "value", "blue"), Map.of("name", "index", "value", "mine")));
        parameters.put(Registries.INSECURE, List.of("registry.example.com:5000"));
        parameters.put(
                Registries.AUTHORITIES,
                List.of(Map.of("domain_name", "harbor.example.com", "ca_cert", TestPlans.read(CERTIFICATE))));
        return parameters;
    }

    private static Plan everythingSet() {
        var plan = TestPlans.named("small");
        plan = TestPlans.withProperty(plan, "allow_privileged_containers", false);
        plan = TestPlans.withProperty(plan, "pod_security", "baseline");
        plan = TestPlans.withProperty(plan, "admission_plugins", List.of("PodNodeSelector"));
        plan = TestPlans.withProperty(plan, "worker_max_in_flight", "25%");
        plan = TestPlans.withProperty(
                plan,
                "network",
                Map.of("pod_cidr", "10.32.0.0/16", "service_cidr", "10.33.0.0/24", "backend", "vxlan"));
        plan = TestPlans.withProperty(
                plan,
                "oidc",
                Map.of("issuer_url", "https://uaa.example.com:8443/oauth/token", "groups_prefix", "uaa:"));
        return TestPlans.withProperty(plan, "addons", """
                apiVersion: v1
                kind: Namespace
                metadata: {name: team}
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: quota, namespace: team}
                spec: {hard: {pods: "20"}}
                """);
    }

    private static Stream<String> names() {
        return SHAPES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void writesTheManifestThatWasReviewed(String name) throws IOException {
        var file = FOLDER.resolve(name + ".yml");
        var made = ADAPTER.generateManifest(SHAPES.get(name).get());
        if ("write".equals(System.getenv("OPENPKS_GOLDEN"))) {
            Files.writeString(file, text(made));
        }
        assertThat(text(made))
                .as("%s differs from what was reviewed. When it shall: make golden, and read its diff.", file)
                .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
    }

    @Test
    void hasNoFileWithoutAShape() throws IOException {
        try (var files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            names().map(name -> name + ".yml").toList());
        }
    }

    /// The manifest, and the deployment's own cloud config after it.
    private static String text(GeneratedManifest made) {
        var text = new StringBuilder(made.manifest());
        made.configs().forEach((type, config) -> text.append("# %s config\n---\n".formatted(type))
                .append(config));
        return text.toString();
    }

    private static String manifest(GenerateManifest request) {
        return ADAPTER.generateManifest(request).manifest();
    }
}
