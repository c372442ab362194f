package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.kernel.Fault;

class ManifestGeneratorTests {

    private static final Path JOBS = Path.of("../release/jobs");
    private static final Pattern REFERENCE = Pattern.compile("\\(\\(([^().]+)(?:\\.[a-z_]+)?\\)\\)");

    private final ServiceAdapter adapter = new KubernetesServiceAdapter();

    @Test
    void definesEveryVariableThatItNames() {
        var manifest = generate(TestPlans.create(TestPlans.named("small")));
        var defined = Maps.maps(tree(manifest).get("variables")).stream()
                .map(variable -> String.valueOf(variable.get("name")))
                .toList();
        var named = new HashSet<String>();
        var matcher = REFERENCE.matcher(manifest);
        while (matcher.find()) {
            named.add(matcher.group(1));
        }
        for (var variable : Maps.maps(tree(manifest).get("variables"))) {
            Optional.ofNullable(Maps.map(variable.get("options")).get("ca"))
                    .map(String::valueOf)
                    .ifPresent(named::add);
        }
        assertThat(named).containsExactlyInAnyOrderElementsOf(defined);
    }

    @Test
    void setsOnlyPropertiesThatTheJobsKnow() throws IOException {
        for (var group : Maps.maps(
                tree(generate(TestPlans.create(TestPlans.named("small")))).get("instance_groups"))) {
            for (var job : Maps.maps(group.get("jobs"))) {
                var spec = Maps.named(Yaml.map(Files.readString(JOBS.resolve(job.get("name") + "/spec"))));
                var known = Maps.map(spec.get("properties")).keySet();
                leaves("", Maps.map(job.get("properties"))).forEach(leaf -> assertThat(known)
                        .as("%s of job %s", leaf, job.get("name"))
                        .anyMatch(name -> leaf.equals(name) || leaf.startsWith(name + ".")));
            }
        }
    }

    @Test
    void startsAllMachinesOfANewClusterAtOnce() {
        var manifest = tree(generate(TestPlans.create(TestPlans.named("medium"))));
        assertThat(Maps.map(manifest.get("update"))).containsEntry("initial_deploy_az_update_strategy", "parallel");
        for (var group : Maps.maps(manifest.get("instance_groups"))) {
            assertThat(Maps.map(group.get("update")))
                    .containsEntry("serial", false)
                    .containsEntry("canaries", 0)
                    .containsEntry("max_in_flight", group.get("instances"));
        }
    }

    @Test
    void carriesTheLatestRotationOnInTheManifest() {
        var plan = TestPlans.named("medium");
        var id = "6f1c2d3e-0000-4000-8000-0123456789ab";
        var first = generate(TestPlans.create(plan));
        var rotated = generate(TestPlans.update(
                plan, Map.of(CertificateRotation.PARAMETER, "all", CertificateRotation.ID, id), first));
        var later = generate(TestPlans.update(plan, Map.of(Parameters.WORKERS, 5), rotated));
        assertThat(first).doesNotContain("rotation");
        for (var manifest : List.of(rotated, later)) {
            assertThat(manifest).contains("rotation: " + id).doesNotContain(CertificateRotation.PARAMETER);
        }
    }

    @Test
    void rotatesOnlyWhatExistsAndNothingElseWithIt() {
        var plan = TestPlans.named("medium");
        var id = "6f1c2d3e-0000-4000-8000-0123456789ab";
        var first = generate(TestPlans.create(plan));
        refused(plan, Map.of("rotate_certificates", "some", "rotation_id", id), first, "must be leaf or all");
        refused(plan, Map.of("rotation_id", id), first, "rotate_certificates must be leaf or all");
        refused(plan, Map.of("rotate_certificates", "leaf"), first, "rotation_id must be a UUID");
        refused(plan, Map.of("rotate_certificates", "leaf", "rotation_id", "x' y"), first, "must be a UUID");
        refused(
                plan,
                Map.of("rotate_certificates", "leaf", "rotation_id", id, Parameters.WORKERS, 5),
                first,
                "must be asked for alone, without kubernetes_worker_instances");
        assertThatThrownBy(() -> generate(TestPlans.create(
                        plan, Map.of(Parameters.MASTER_HOST, "a.example.com", "rotate_certificates", "leaf"))))
                .isInstanceOf(Fault.class);
    }

    private void refused(Plan plan, Map<String, Object> parameters, String previous, String sentence) {
        assertThatThrownBy(() -> generate(TestPlans.update(plan, parameters, previous)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.userMessage()).contains(sentence));
    }

    @Test
    void changesOneMasterAtATimeLater() {
        var plan = TestPlans.named("medium");
        var first = generate(TestPlans.create(plan));
        var manifest = tree(generate(TestPlans.update(plan, Map.of(Parameters.WORKERS, 5), first)));
        assertThat(Maps.map(group(manifest, "master").get("update")))
                .containsEntry("max_in_flight", 1)
                .containsEntry("serial", true);
        assertThat(Maps.map(group(manifest, "worker").get("update"))).containsEntry("max_in_flight", 4);
    }

    @Test
    void triesNewSoftwareOnACanaryButNotNewWorkers() {
        var plan = TestPlans.named("small");
        var first = generate(TestPlans.create(plan));
        var scaled = tree(generate(TestPlans.update(plan, Map.of(Parameters.WORKERS, 5), first)));
        assertThat(Maps.map(group(scaled, "worker").get("update"))).containsEntry("canaries", 0);

        var upgraded = tree(generate(new GenerateManifest(
                TestPlans.deployment("1.38.0"),
                plan,
                Map.of(),
                Optional.of(first),
                Optional.of(plan),
                Map.of(),
                Map.of())));
        assertThat(Maps.map(group(upgraded, "worker").get("update"))).containsEntry("canaries", 1);
    }

    @Test
    void upgradesOneMinorVersionAtATimeAndNeverBack() {
        var plan = TestPlans.named("small");
        var before = generate(TestPlans.create(plan));
        assertThat(upgraded(plan, before, "1.37.2+0a1b2c3d")).contains("version: 1.37.2+0a1b2c3d");
        assertThat(upgraded(plan, before, "1.38.0+0a1b2c3d")).contains("version: 1.38.0+0a1b2c3d");
        assertThatThrownBy(() -> upgraded(plan, before, "1.39.1"))
                .hasMessageContaining("Upgrade the cluster to 1.38 first");
        assertThatThrownBy(() -> upgraded(plan, before, "1.36.3")).hasMessageContaining("never downgraded");
        assertThat(upgraded(plan, before, "0+dev.1")).contains("version: 0+dev.1");
    }

    private String upgraded(Plan plan, String before, String version) {
        return generate(new GenerateManifest(
                TestPlans.deployment(version),
                plan,
                Map.of(),
                Optional.of(before),
                Optional.of(plan),
                Map.of(),
                Map.of()));
    }

    @Test
    void leavesMastersAsTheyAreWhenWorkersChange() {
        var plan = TestPlans.named("small");
        var first = generate(TestPlans.create(plan));
        var scaled = generate(TestPlans.update(plan, Map.of(Parameters.WORKERS, 5), first));
        assertThat(group(tree(scaled), "worker")).containsEntry("instances", 5);
        assertThat(group(tree(scaled), "master").get("jobs"))
                .isEqualTo(group(tree(first), "master").get("jobs"));
        assertThat(group(tree(scaled), "worker").get("jobs"))
                .isEqualTo(group(tree(first), "worker").get("jobs"));
    }

    @Test
    void keepsWhatWasAskedForBefore() {
        var plan = TestPlans.named("small");
        var first = generate(TestPlans.create(
                plan,
                Map.of(Parameters.MASTER_HOST, TestPlans.HOST, Parameters.WORKERS, 7, "kubelet_drain_timeout", "25")));
        var second = tree(generate(TestPlans.update(plan, Map.of("kubelet_drain_force", "false"), first)));
        assertThat(group(second, "worker")).containsEntry("instances", 7);
        assertThat(Maps.map(job(second, "worker", "kubelet").get("drain")))
                .containsEntry("timeout_minutes", 25)
                .containsEntry("force", false)
                .containsEntry("grace_period_seconds", 10);
        assertThat(Maps.map(job(second, "master", "certificates")).get("external_names"))
                .isEqualTo(List.of(TestPlans.HOST));
    }

    @Test
    void refusesAnotherAddressForARunningCluster() {
        var plan = TestPlans.named("small");
        var first = generate(TestPlans.create(plan));
        assertRefused(
                TestPlans.update(plan, Map.of(Parameters.MASTER_HOST, "other.example.com"), first),
                AdapterFault.CHANGE_REFUSED,
                "kubernetes_master_host cannot be changed after creation");
    }

    @Test
    void refusesAnotherNumberOfMastersForARunningCluster() {
        var first = generate(TestPlans.create(TestPlans.named("small")));
        assertRefused(
                TestPlans.update(TestPlans.withMasters(TestPlans.named("small"), 3), Map.of(), first),
                AdapterFault.CHANGE_REFUSED,
                "The number of masters cannot be changed: the cluster has 1, the plan 3.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4, 7})
    void refusesPlansWhoseEtcdWouldHaveNoMajority(int masters) {
        assertRefused(
                TestPlans.create(TestPlans.withMasters(TestPlans.named("small"), masters)),
                AdapterFault.PLAN_INVALID,
                "The plan must have 1, 3 or 5 masters, not " + masters + ".");
    }

    @Test
    void refusesMoreWorkersThanThePlanAllows() {
        assertRefused(
                TestPlans.create(
                        TestPlans.named("small"),
                        Map.of(Parameters.MASTER_HOST, TestPlans.HOST, Parameters.WORKERS, 51)),
                AdapterFault.PARAMETER_INVALID,
                "kubernetes_worker_instances must be between 1 and 50, the plan's maximum");
    }

    @Test
    void refusesAClusterWithoutAddress() {
        assertRefused(
                TestPlans.create(TestPlans.named("small"), Map.of()),
                AdapterFault.PARAMETER_INVALID,
                "kubernetes_master_host is required");
    }

    @Test
    void refusesToDeletePodsAfterATimeoutThatNeverComes() {
        var plan = TestPlans.named("small");
        assertRefused(
                TestPlans.create(
                        plan,
                        Map.of(
                                Parameters.MASTER_HOST,
                                TestPlans.HOST,
                                "kubelet_drain_timeout",
                                "0",
                                "kubelet_drain_force_node",
                                "true")),
                AdapterFault.PARAMETER_INVALID,
                "kubelet_drain_force_node needs a drain timeout greater than 0 minutes");
    }

    @Test
    void derivesServiceAddressesFromTheRange() {
        var plan = TestPlans.withProperty(
                TestPlans.named("small"),
                "network",
                Map.of("service_cidr", "10.32.0.0/16", "pod_cidr", "10.33.0.0/16"));
        var manifest = tree(generate(TestPlans.create(plan)));
        assertThat(job(manifest, "master", "certificates")).containsEntry("service_ip", "10.32.0.1");
        assertThat(job(manifest, "master", "apply-addons")).containsEntry("cluster_dns", "10.32.0.2");
        assertThat(job(manifest, "worker", "kubelet")).containsEntry("cluster_dns", List.of("10.32.0.2"));
    }

    @Test
    void refusesARangeThatIsNone() {
        var plan =
                TestPlans.withProperty(TestPlans.named("small"), "network", Map.of("service_cidr", "10.100.200.7/24"));
        assertRefused(
                TestPlans.create(plan),
                AdapterFault.PLAN_INVALID,
                "10.100.200.7/24 is not a network such as 10.100.200.0/24.");
    }

    private String generate(GenerateManifest request) {
        return adapter.generateManifest(request).manifest();
    }

    private void assertRefused(GenerateManifest request, AdapterFault code, String message) {
        assertThatThrownBy(() -> generate(request)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.userMessage()).isEqualTo(message);
        });
    }

    private static Map<String, Object> tree(String manifest) {
        return Maps.named(Yaml.map(manifest));
    }

    private static Map<String, Object> group(Map<String, Object> manifest, String name) {
        return Maps.maps(manifest.get("instance_groups")).stream()
                .filter(group -> name.equals(group.get("name")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> job(Map<String, Object> manifest, String group, String name) {
        return Maps.maps(group(manifest, group).get("jobs")).stream()
                .filter(job -> name.equals(job.get("name")))
                .map(job -> Maps.map(job.get("properties")))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> leaves(String prefix, Map<String, Object> properties) {
        return properties.entrySet().stream()
                .flatMap(entry -> entry.getValue() instanceof Map<?, ?> map && !map.isEmpty()
                        ? leaves(prefix + entry.getKey() + ".", Maps.named(map))
                        : Stream.of(prefix + entry.getKey()));
    }

    @Test
    void hasNoClustersWithWindowsWorkers() {
        var plan = TestPlans.withProperty(TestPlans.named("small"), "os", "windows");
        assertThatThrownBy(() -> generate(TestPlans.create(plan)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("This plan's workers run Windows, and no Windows stemcell is configured.");
    }

    @Test
    void handsTheLevelOfPodSecurityToTheApi() {
        var plan = TestPlans.withProperty(TestPlans.named("small"), "pod_security", "restricted");
        assertThat(generate(TestPlans.create(plan))).contains("pod_security: restricted");
    }
}
