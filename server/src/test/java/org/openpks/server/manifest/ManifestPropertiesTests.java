package org.openpks.server.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.openpks.adapter.KubernetesServiceAdapter;
import org.openpks.adapter.PlanRules;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.adapter.ServiceAdapter.GeneratedManifest;
import org.openpks.broker.manifest.ManifestText;
import org.openpks.director.deployment.manifest.CloudConfig;
import org.openpks.director.deployment.manifest.Interpolation;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.plan.Placement;
import org.yaml.snakeyaml.Yaml;

/// What is true of the manifest of every valid plan with every valid wish: the adapter's promises, held against the
/// broker's own check and the Director's own validation.
///
/// Each run tries other cases. A failure names the seed of its case; `-Dopenpks.seed=SEED` begins with that one.
class ManifestPropertiesTests {

    private static final int CASES = 300;
    private static final Path CLOUD_CONFIG = Path.of("../deploy/cloud-config.yml");

    private final KubernetesServiceAdapter adapter = new KubernetesServiceAdapter();

    @Test
    void theCasesAreValidPlans() {
        forAll(cluster -> assertThat(PlanRules.check(cluster.plan())).isEmpty());
    }

    @Test
    void sameInputGivesTheSameBytes() {
        forAll(cluster -> {
            var first = adapter.generateManifest(cluster.create());
            assertThat(new KubernetesServiceAdapter().generateManifest(cluster.create()))
                    .isEqualTo(first);
            assertThat(adapter.generateManifest(cluster.createShuffled())).isEqualTo(first);
        });
    }

    @Test
    void theDirectorAcceptsEveryManifest() {
        forAll(cluster -> {
            var made = generate(cluster.create());
            accept(made);
            accept(generate(cluster.update(cluster.change(), made.manifest())));
        });
    }

    @Test
    void nothingIsPendingForAPlanThatDidNotChange() {
        forAll(cluster -> {
            var manifest = text(cluster.create());
            for (int update = 0; update < 3; update++) {
                assertThat(new ManifestText(text(cluster.pending(manifest)))
                                .sameButForUpdate(new ManifestText(manifest)))
                        .as("pending changes of%n%s", manifest)
                        .isTrue();
                manifest = text(cluster.update(cluster.change(), manifest));
            }
        });
    }

    @Test
    void scalingTouchesNoMasterAndNoVariable() {
        forAll(cluster -> {
            var created = text(cluster.create());
            var before = text(cluster.update(Map.of(), created));
            assertThat(part(withoutUpdate(before, "master"), "master"))
                    .isEqualTo(part(withoutUpdate(created, "master"), "master"));

            var scale = Map.<String, Object>of("kubernetes_worker_instances", cluster.otherWorkers(workers(before)));
            var after = text(cluster.update(scale, before));
            assertThat(part(after, "master")).isEqualTo(part(before, "master"));
            assertThat(part(after, "variables")).isEqualTo(part(before, "variables"));
            assertThat(workers(after)).isEqualTo(scale.get("kubernetes_worker_instances"));
        });
    }

    @Test
    void wishesStandUntilTheyAreReplaced() {
        forAll(cluster -> {
            var wishes = new LinkedHashMap<>(cluster.wishes());
            var manifest = text(cluster.create());
            for (int update = 0; update < 3; update++) {
                var change = cluster.change();
                manifest = text(cluster.update(change, manifest));
                wishes.putAll(change);
            }
            var kept = manifest;
            wishes.forEach((name, value) -> {
                if (name.equals("kubernetes_worker_instances")) {
                    assertThat(workers(kept)).as(name).isEqualTo(value);
                } else if (value instanceof Map || value instanceof List) {
                    assertThat(wish(kept, name)).as(name).isEqualTo(value);
                } else {
                    assertThat(kept).as(name).contains("%s: %s\n".formatted(name, value));
                }
            });
        });
    }

    /// What the manifest keeps of an owner's wish.
    private static Object wish(String manifest, String name) {
        var jobs = (List<?>) group(tree(manifest), "master").get("jobs");
        var addons = jobs.stream()
                .map(job -> (Map<?, ?>) job)
                .filter(job -> "apply-addons".equals(job.get("name")))
                .findFirst()
                .orElseThrow();
        return ((Map<?, ?>) ((Map<?, ?>) addons.get("properties")).get("cluster_parameters")).get(name);
    }

    @Test
    void noManifestHoldsASecret() {
        forAll(cluster -> {
            var created = text(cluster.create());
            var updated = text(cluster.update(cluster.change(), created));
            assertThat(RandomCluster.holdsASecret(created)).isFalse();
            assertThat(RandomCluster.holdsASecret(updated)).isFalse();
            for (var leaf : leaves(tree(updated).get("instance_groups"))) {
                if (leaf.name().matches(".*(private_key|token|password|encryption_key)")) {
                    assertThat(leaf.value()).as(leaf.name()).matches("\\(\\([a-z_-]+(\\.[a-z_]+)?\\)\\)");
                }
            }
        });
    }

    private static void forAll(Consumer<RandomCluster> property) {
        long first = Long.getLong("openpks.seed", System.nanoTime());
        for (long seed = first; seed < first + CASES; seed++) {
            try {
                property.accept(new RandomCluster(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("the case of seed " + seed + " does not hold: " + e.getMessage(), e);
            }
        }
    }

    /// The Director's validation: the manifest by itself, then against the cloud config and the deployment's own.
    private static void accept(GeneratedManifest made) {
        var manifest = Manifest.parse(made.manifest());
        var configs = new ArrayList<>(List.of(read(CLOUD_CONFIG)));
        configs.addAll(made.configs().values());
        var cloud = CloudConfig.merge(configs);
        for (var group : manifest.groups()) {
            group.azs().forEach(az -> cloud.cloudProperties(group, az));
            cloud.disk(group);
            var placement = Placement.of(
                    group, cloud, List.of(), () -> UUID.randomUUID().toString());
            assertThat(placement.instances()).hasSize(group.instances());
        }
        var defined =
                manifest.variables().stream().map(Manifest.VariableSpec::name).toList();
        assertThat(Interpolation.references(tree(made.manifest()).get("instance_groups")))
                .allSatisfy(reference -> assertThat(defined).contains(reference));
    }

    private GeneratedManifest generate(GenerateManifest request) {
        return adapter.generateManifest(request);
    }

    private String text(GenerateManifest request) {
        return generate(request).manifest();
    }

    private static Map<String, Object> tree(String manifest) {
        return new Yaml().load(manifest);
    }

    private static int workers(String manifest) {
        return (Integer) group(tree(manifest), "worker").get("instances");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> group(Map<String, Object> manifest, String name) {
        return ((List<Map<String, Object>>) manifest.get("instance_groups"))
                .stream()
                        .filter(group -> name.equals(group.get("name")))
                        .findFirst()
                        .orElseThrow();
    }

    private static String withoutUpdate(String manifest, String group) {
        var tree = tree(manifest);
        group(tree, group).remove("update");
        return new Yaml().dump(tree);
    }

    /// The text of an instance group or of a section.
    private static String part(String manifest, String name) {
        var tree = tree(manifest);
        return tree.containsKey(name) ? new Yaml().dump(tree.get(name)) : new Yaml().dump(group(tree, name));
    }

    private record Leaf(String name, String value) {}

    private static List<Leaf> leaves(Object tree) {
        var leaves = new ArrayList<Leaf>();
        collect("", tree, leaves);
        return leaves;
    }

    private static void collect(String name, Object value, List<Leaf> leaves) {
        switch (value) {
            case Map<?, ?> map -> map.forEach((key, item) -> collect(name + "." + key, item, leaves));
            case List<?> list -> list.forEach(item -> collect(name, item, leaves));
            default -> leaves.add(new Leaf(name, String.valueOf(value)));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
