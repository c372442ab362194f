package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        return shapes;
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
