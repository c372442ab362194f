package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanRulesTests {

    private static final Plan SMALL = TestPlans.named("small");

    private static List<String> mistakes(Plan plan) {
        return PlanRules.check(plan).stream()
                .map(mistake -> mistake.path() + ": " + mistake.problem())
                .toList();
    }

    /// The plan with one property replaced by a YAML text; `kubelet.system_reserved` is one inside a map.
    private static Plan with(String property, String yaml) {
        Object value = Yaml.map("value: " + yaml).get("value");
        int dot = property.indexOf('.');
        if (dot < 0) {
            return TestPlans.withProperty(SMALL, property, value);
        }
        var outer = property.substring(0, dot);
        var map = new LinkedHashMap<>(Maps.map(SMALL.properties().get(outer)));
        map.put(property.substring(dot + 1), value);
        return TestPlans.withProperty(SMALL, outer, map);
    }

    @ParameterizedTest
    @ValueSource(strings = {"small", "medium", "large"})
    void acceptsTheExamples(String name) {
        assertThat(mistakes(TestPlans.named(name))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubelet.system_reserved | {memory: 1.5Gi, cpu: 150m, ephemeral-storage: 1e9, pid: 100}",
                "kubelet.eviction_hard | {memory.available: 5%, imagefs.available: 10.5%, nodefs.available: 100Mi}",
                "admission_plugins | [PodSecurity, PodNodeSelector, DenyServiceExternalIPs]",
                "pod_security | restricted",
                "node_drain | {timeout_minutes: 1440, grace_period_seconds: -1, force_node: true}",
                "addons | \"apiVersion: v1\\nkind: Namespace\\nmetadata: {name: a}\\n---\\napiVersion: v1\\nkind: List\\n\"",
                "worker_max_in_flight | 25%",
                "errand_vm_type | micro",
                "os | linux",
                "network | {backend: vxlan}",
            })
    void accepts(String property, String yaml) {
        assertThat(mistakes(with(property, yaml))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_worker_instances | none | must be a whole number of at least 1, not none",
                "max_worker_instances | 0 | must be a whole number of at least 1, not 0",
                "allow_privileged_containers | yes please | must be true or false",
                "kubelet.system_reserved | {memory: lots} | kubelet.system_reserved.memory: must be a quantity such as 250Mi or 150m, not lots",
                "kubelet.system_reserved | {memory: 250MB} | must be a quantity",
                "kubelet.system_reserved | {memory: 5%} | must be a quantity",
                "kubelet.system_reserved | {disk: 1Gi} | kubelet.system_reserved.disk: must be one of cpu, memory",
                "kubelet.system_reserved | memory=250Mi | must be a map",
                "kubelet.eviction_hard | {nodefs.available: 101%} | must be a quantity such as 250Mi or 10%, not 101%",
                "kubelet.eviction_hard | {disk.available: 10%} | must be one of memory.available",
                "kubelet.max_pods | 5 | kubelet.max_pods: must be system_reserved, eviction_hard or windows_pause_image",
                "kubelet.windows_pause_image | x | is for Windows plans alone",
                "admission_plugins | [PodSecurityPolicy] | admission_plugins[0]: PodSecurityPolicy is no longer part of Kubernetes; its work is done by Pod Security admission",
                "admission_plugins | [DenyEscalatingExec] | Pod Security admission",
                "admission_plugins | [ResourceQuota, SecurityContextDeny] | admission_plugins[1]: SecurityContextDeny is no longer",
                "admission_plugins | [EventRateLimit] | needs a configuration file",
                "admission_plugins | [AlwaysPullImages] | no registry has them",
                "admission_plugins | [Nonsense] | Nonsense is no admission plugin of Kubernetes",
                "admission_plugins | PodSecurity | must be a list",
                "pod_security | strict | must be one of privileged, baseline, restricted, not strict",
                "node_drain.timeout_minutes | 1441 | node_drain.timeout_minutes: must be between 0 and 1440",
                "node_drain.timeout_minutes | -1 | must be between 0 and 1440",
                "node_drain.grace_period_seconds | -2 | must be between -1 and 86400",
                "node_drain.grace_period_seconds | 86401 | must be between -1 and 86400",
                "node_drain.force | maybe | must be true or false",
                "node_drain | {force_node: true, timeout_minutes: 0} | needs timeout_minutes greater than 0",
                "node_drain | {force_node: true} | needs timeout_minutes greater than 0",
                "node_drain.patience | 5 | node_drain.patience: must be one of timeout_minutes",
                "addons | \"kind: Namespace\" | properties.addons, document 1: has no apiVersion",
                "addons | \"apiVersion: v1\\nkind: List\\n---\\napiVersion: v1\" | document 2: has no kind",
                "addons | \"[1, 2]\" | must be a Kubernetes object",
                "addons | \"a: b: c\" | properties.addons: is not YAML",
                "worker_max_in_flight | 0 | must be a whole number of at least 1",
                "worker_max_in_flight | most | must be a whole number of at least 1",
                "network.pod_cidr | 10.200.0.0 | must be a network such as",
                "network.backend | ipsec | must be host-gw or vxlan",
                "os | solaris | must be one of linux, windows, not solaris",
                "ha_linux_workers | true | is for Windows plans alone",
                "errand_vm_type | [] | must be a text",
                "allow_priviledged | true | properties.allow_priviledged: is not a setting of a plan",
            })
    void refuses(String property, String yaml, String expected) {
        assertThat(mistakes(with(property, yaml))).singleElement().asString().contains(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6, 7})
    void wantsAMajorityOfMasters(int count) {
        assertThat(mistakes(TestPlans.withMasters(SMALL, count)))
                .containsExactly(
                        "instance_groups[0].instances: must be 1, 3 or 5, so that a majority of the masters can agree");
    }

    @Test
    void namesEveryMistakeAtOnce() {
        var groups = List.of(
                new Plan.InstanceGroup(
                        "master",
                        "m",
                        List.of(),
                        Optional.empty(),
                        2,
                        List.of("default", "default"),
                        List.of(),
                        Optional.empty(),
                        List.of()),
                new Plan.InstanceGroup(
                        "database",
                        "m",
                        List.of(),
                        Optional.empty(),
                        1,
                        List.of("default"),
                        List.of("az1"),
                        Optional.empty(),
                        List.of()));
        var plan = new Plan(Map.of("pod_security", "none"), groups, Optional.empty(), Plan.LifecycleErrands.NONE);
        assertThat(mistakes(plan))
                .containsExactly(
                        "instance_groups[0].instances: must be 1, 3 or 5, so that a majority of the masters can agree",
                        "instance_groups[0].persistent_disk_type: is missing; a master without one loses the cluster with its"
                                + " machine",
                        "instance_groups[0].azs: must name at least one availability zone",
                        "instance_groups[0].networks: names one network twice",
                        "instance_groups[1].name: must be master or worker, not database",
                        "instance_groups: must have a group named worker",
                        "properties.max_worker_instances: is missing",
                        "properties.pod_security: must be one of privileged, baseline, restricted, not none");
    }

    @Test
    void hasMoreWorkersThanTheMaximumInNoPlan() {
        assertThat(mistakes(with("max_worker_instances", "2")))
                .containsExactly("instance_groups[1].instances: must be at most max_worker_instances, which is 2");
    }

    @Test
    void knowsWhatWindowsLacks() {
        assertThat(mistakes(with("os", "windows")))
                .containsExactly(
                        "properties.allow_privileged_containers: must be false: Windows has no privileged containers");
    }
}
