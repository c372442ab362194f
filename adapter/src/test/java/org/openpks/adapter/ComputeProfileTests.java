package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.kernel.Fault;

class ComputeProfileTests {

    private static final Map<String, Object> WEB =
            Map.of("name", "web", "instances", 2, "max_worker_instances", 4, "node_labels", "tier=web");
    private static final Map<String, Object> DB = Map.of(
            "name",
            "db",
            "cpu",
            1,
            "memory_in_mb",
            1024,
            "ephemeral_disk_in_mb",
            16_384,
            "persistent_disk_in_mb",
            2048,
            "az_names",
            List.of("az2"),
            "node_taints",
            "dedicated=db:NoSchedule");

    private final KubernetesServiceAdapter adapter = new KubernetesServiceAdapter();
    private final Plan plan = TestPlans.named("small");

    private static Map<String, Object> profile(Map<String, Object> parameters) {
        return Map.of("name", "wide", "parameters", parameters);
    }

    @SafeVarargs
    private static Map<String, Object> pools(Map<String, Object>... pools) {
        return profile(Map.of("cluster_customization", Map.of("node_pools", List.of(pools))));
    }

    private String create(Map<String, Object> profile, Map<String, Object> more) {
        var parameters = new LinkedHashMap<String, Object>(more);
        parameters.put(Parameters.MASTER_HOST, TestPlans.HOST);
        parameters.put(ComputeProfile.PARAMETER, profile);
        return adapter.generateManifest(TestPlans.create(plan, parameters)).manifest();
    }

    private String create(Map<String, Object> profile) {
        return create(profile, Map.of());
    }

    private String update(Map<String, Object> parameters, String before) {
        return adapter.generateManifest(TestPlans.update(plan, parameters, before))
                .manifest();
    }

    private static List<String> groups(String manifest) {
        return Maps.maps(Maps.named(Yaml.map(manifest)).get("instance_groups")).stream()
                .map(group -> group.get("name") + ":" + group.get("instances"))
                .toList();
    }

    private static Map<String, Object> group(String manifest, String name) {
        return Maps.maps(Maps.named(Yaml.map(manifest)).get("instance_groups")).stream()
                .filter(group -> name.equals(group.get("name")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> kubelet(String manifest, String group) {
        return Maps.maps(group(manifest, group).get("jobs")).stream()
                .filter(job -> "kubelet".equals(job.get("name")))
                .map(job -> Maps.map(job.get("properties")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void makesAGroupOfEachPool() {
        var manifest = create(pools(WEB, DB));
        assertThat(groups(manifest)).containsExactly("master:1", "worker-web:2", "worker-db:3");
        assertThat(group(manifest, "worker-web"))
                .containsEntry("vm_type", "worker-small")
                .containsEntry("azs", List.of("az1", "az2", "az3"))
                .doesNotContainKeys("vm_resources", "persistent_disk");
        assertThat(group(manifest, "worker-db"))
                .containsEntry("vm_resources", Map.of("cpu", 1, "ram", 1024, "ephemeral_disk_size", 16_384))
                .containsEntry("persistent_disk", 2048)
                .containsEntry("azs", List.of("az2"))
                .doesNotContainKey("vm_type");
        assertThat(kubelet(manifest, "worker-web"))
                .containsEntry("labels", Map.of("openpks.org/node-pool", "web", "tier", "web"))
                .doesNotContainKey("taints");
        assertThat(kubelet(manifest, "worker-db")).containsEntry("taints", List.of("dedicated=db:NoSchedule"));
    }

    @Test
    void changesMachinesOfTheControlPlane() {
        var manifest = create(profile(Map.of(
                "master_azs",
                List.of("az3"),
                "worker_azs",
                List.of("az1", "az2"),
                "cluster_customization",
                Map.of(
                        "control_plane",
                        Map.of(
                                "cpu", 4,
                                "memory_in_mb", 4096,
                                "ephemeral_disk_in_mb", 8192,
                                "persistent_disk_in_mb", 10_240,
                                "instances", 3)))));
        assertThat(groups(manifest)).containsExactly("master:3", "worker:3");
        assertThat(group(manifest, "master"))
                .containsEntry("azs", List.of("az3"))
                .containsEntry("persistent_disk", 10_240)
                .containsEntry("vm_resources", Map.of("cpu", 4, "ram", 4096, "ephemeral_disk_size", 8192))
                .doesNotContainKey("persistent_disk_type");
        assertThat(group(manifest, "worker")).containsEntry("azs", List.of("az1", "az2"));
    }

    @Test
    void scalesPoolsByName() {
        var created = create(pools(WEB, DB), Map.of(Parameters.POOL_INSTANCES, Map.of("db", 1)));
        assertThat(groups(created)).containsExactly("master:1", "worker-web:2", "worker-db:1");
        var scaled = update(Map.of(Parameters.POOL_INSTANCES, Map.of("web", 4)), created);
        assertThat(groups(scaled)).containsExactly("master:1", "worker-web:4", "worker-db:1");
        assertThat(group(scaled, "master").get("jobs"))
                .isEqualTo(group(created, "master").get("jobs"));

        assertRefused(scaled, Map.of(Parameters.POOL_INSTANCES, Map.of("web", 5)), "must be between 1 and 4");
        assertRefused(
                scaled,
                Map.of(Parameters.POOL_INSTANCES, Map.of("cache", 1)),
                "is no node pool of the cluster; there are web, db");
        assertRefused(scaled, Map.of(Parameters.WORKERS, 3), "use node_pool_instances");
        assertRefused(
                adapter.generateManifest(TestPlans.create(plan)).manifest(),
                Map.of(Parameters.POOL_INSTANCES, Map.of("web", 1)),
                "needs a compute profile with node pools");
    }

    @Test
    void emptiesOldWorkersBehindNewOnesAndThenForgetsThem() {
        var plain = adapter.generateManifest(TestPlans.create(plan)).manifest();
        var pooled = update(Map.of(ComputeProfile.PARAMETER, pools(WEB)), plain);
        assertThat(groups(pooled)).containsExactly("master:1", "worker-web:2", "worker:0");
        assertThat(pending(pooled))
                .as("nothing is pending")
                .isEqualTo(update(Map.of(ComputeProfile.PARAMETER, pools(WEB)), plain));
        var later = update(Map.of(Parameters.POOL_INSTANCES, Map.of("web", 3)), pooled);
        assertThat(groups(later)).containsExactly("master:1", "worker-web:3");

        var renamed = new LinkedHashMap<>(WEB);
        renamed.put("name", "front");
        assertThat(groups(update(Map.of(ComputeProfile.PARAMETER, pools(renamed)), later)))
                .containsExactly("master:1", "worker-front:2", "worker-web:0");
        assertThat(groups(update(Map.of(ComputeProfile.PARAMETER, Map.of()), later)))
                .containsExactly("master:1", "worker:3", "worker-web:0");
    }

    private String pending(String before) {
        return adapter.generateManifest(new GenerateManifest(
                        TestPlans.deployment("1.37.2"),
                        plan,
                        Map.of(),
                        Optional.of(before),
                        Optional.of(plan),
                        Map.of(),
                        Map.of()))
                .manifest();
    }

    @Test
    void leavesMachinesWhereTheyAre() {
        var created = create(pools(WEB, DB));
        var moved = new LinkedHashMap<>(DB);
        moved.put("az_names", List.of("az1"));
        assertRefused(
                created,
                Map.of(ComputeProfile.PARAMETER, pools(WEB, moved)),
                "The availability zones of existing machines cannot be changed: the group worker-db is in az2.");
        assertRefused(
                created,
                Map.of(
                        ComputeProfile.PARAMETER,
                        profile(Map.of("cluster_customization", Map.of("control_plane", Map.of("instances", 3))))),
                "The number of masters cannot be changed: the cluster has 1, the compute profile 3.");
    }

    private void assertRefused(String before, Map<String, Object> parameters, String sentence) {
        assertThatThrownBy(() -> update(parameters, before))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(sentence);
    }

    private static Map<String, Object> pool(String field, Object value) {
        var pool = new LinkedHashMap<>(WEB);
        pool.put(field, value);
        return pool;
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(pools(pool("name", "Web")), "node_pools[0].name must be up to 40"),
                Arguments.of(pools(pool("name", "windows")), "node_pools[0].name must be up to 40"),
                Arguments.of(pools(WEB, WEB), "node_pools[1].name is there twice: web"),
                Arguments.of(pools(pool("cpu", 2)), "must have all of cpu, memory_in_mb, ephemeral_disk_in_mb or none"),
                Arguments.of(pools(pool("instances", 0)), "instances must be between 1 and 4"),
                Arguments.of(pools(pool("instances", 5)), "instances must be between 1 and 4"),
                Arguments.of(pools(pool("instances", "many")), "instances must be a whole number"),
                Arguments.of(pools(pool("node_labels", "a b=c")), "node_labels must be labels such as"),
                Arguments.of(
                        pools(pool("node_labels", "node-role.kubernetes.io/x=")), "no node may give itself this label"),
                Arguments.of(pools(pool("node_labels", "bosh.id=x")), "no node may give itself this label"),
                Arguments.of(pools(pool("node_taints", "a=b")), "node_taints must be taints such as"),
                Arguments.of(pools(pool("node_taints", "a=b:Never")), "node_taints must be taints such as"),
                Arguments.of(pools(DB), "must have a pool without the taints NoSchedule and NoExecute"),
                Arguments.of(pools(pool("az_names", "az1")), "az_names must be a list"),
                Arguments.of(pools(pool("description", "((node-token))")), "must not contain (("),
                Arguments.of(pools(pool("flavour", "x")), "flavour is not a field of a compute profile"),
                Arguments.of(
                        profile(Map.of("cluster_customization", Map.of("control_plane", Map.of("instances", 2)))),
                        "control_plane.instances must be 1, 3 or 5"),
                Arguments.of(
                        profile(Map.of(
                                "cluster_customization", Map.of("control_plane", Map.of("persistent_disk_in_mb", 0)))),
                        "persistent_disk_in_mb must be at least 1"),
                Arguments.of(Map.of("parameters", Map.of()), "compute_profile.name must be the profile's name"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void namesTheFieldThatIsWrong(Map<String, Object> profile, String sentence) {
        assertThatThrownBy(() -> create(profile)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(AdapterFault.PARAMETER_INVALID);
            assertThat(fault.userMessage()).startsWith("compute_profile").contains(sentence);
        });
    }
}
