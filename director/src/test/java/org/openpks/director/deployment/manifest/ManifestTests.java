package org.openpks.director.deployment.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.kernel.Fault;

class ManifestTests {

    private static final String GOOD = """
            name: d
            releases: [{name: r, version: 1.2}]
            stemcells: [{alias: s, os: debian, version: latest}]
            update: {canaries: 1, max_in_flight: 50%, canary_watch_time: 1000-30000, update_watch_time: 5000}
            features: {use_dns_addresses: true}
            tags: {team: a}
            variables: [{name: pw, type: password, options: {length: 32}}]
            instance_groups:
            - name: web
              instances: 2
              azs: [z1]
              vm_type: small
              stemcell: s
              networks: [{name: default}]
              properties: {port: 1}
              update: {serial: false}
              jobs: [{name: a, release: r}, {name: b, release: r, properties: {port: 2}}]
            """;

    @Test
    void readsWhatItIsGiven() {
        var manifest = Manifest.parse(GOOD);
        assertThat(manifest.releases()).containsExactly(new Manifest.ReleaseRef("r", "1.2"));
        assertThat(manifest.features().useDnsAddresses()).isTrue();
        assertThat(manifest.tags()).containsExactly(Map.entry("team", "a"));
        var web = manifest.group("web").orElseThrow();
        assertThat(web.jobs().get(0).properties()).containsEntry("port", 1);
        assertThat(web.jobs().get(1).properties()).containsEntry("port", 2);
        assertThat(web.networks().getFirst().defaults()).containsExactly("dns", "gateway");
        assertThat(web.update().serial()).isFalse();
        assertThat(web.update().canaryWatch()).isEqualTo(Duration.ofSeconds(30));
        assertThat(web.update().updateWatch()).isEqualTo(Duration.ofSeconds(5));
        assertThat(web.update().inFlight(5)).isEqualTo(2);
        assertThat(web.update().inFlight(1)).isEqualTo(1);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("name: d", "x: d", 40001, "Required property 'name' was not specified in the manifest."),
                Arguments.of("name: d\n", "name: 'a b'\n", 40005, "Property 'name' of the manifest may hold"),
                Arguments.of(
                        "instances: 2",
                        "instances: -1",
                        40002,
                        "Property 'instances' of instance group 'web' should be at least 0."),
                Arguments.of(
                        "instances: 2",
                        "instances: two",
                        40000,
                        "Property 'instances' of instance group 'web' did not match the required type 'Integer'."),
                Arguments.of(
                        "stemcell: s",
                        "stemcell: t",
                        140005,
                        "Instance group 'web' references unknown stemcell alias 't'."),
                Arguments.of(
                        "{name: a, release: r}",
                        "{name: a, release: q}",
                        30005,
                        "Job 'a' of instance group 'web' references an unknown release 'q'."),
                Arguments.of(
                        "name: b, release: r",
                        "name: a, release: r",
                        140002,
                        "Duplicate job in instance group 'web' name 'a'."),
                Arguments.of(
                        "vm_type: small",
                        "persistent_disk: 1",
                        40001,
                        "must specify exactly one of 'vm_type' and 'vm_resources'"),
                Arguments.of("canaries: 1, ", "", 40001, "Required property 'canaries' was not specified in update."),
                Arguments.of(
                        "max_in_flight: 50%", "max_in_flight: some", 40005, "should be an integer or a percentage"),
                Arguments.of("1000-30000", "30000-1000", 40005, "has a minimum above its maximum"),
                Arguments.of("networks: [{name: default}]", "networks: []", 40001, "must specify at least one network"),
                Arguments.of(
                        "networks: [{name: default}]",
                        "networks: [{name: a}, {name: b}]",
                        40005,
                        "must specify exactly one network as the default for dns"),
                Arguments.of("azs: [z1]", "migrated_from: [{name: old}]", 40005, "is not supported by this director"),
                Arguments.of(
                        "tags: {team: a}",
                        "tags: {team: 1}",
                        40000,
                        "Property 'tags.team' of the manifest did not match the required type 'String'."),
                Arguments.of("features:", "jobs:", 140000, "can only be used in manifests of schema v1"),
                Arguments.of(
                        "[{name: default}]",
                        "[{name: default, static_ips: [10.0.0.1]}]",
                        150009,
                        "has 2 instances but static_ips"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void namesTheMistakeAndItsPlace(String good, String bad, int code, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> Manifest.parse(GOOD.replace(good, bad)))
                .asInstanceOf(InstanceOfAssertFactories.type(Fault.class))
                .satisfies(fault -> {
                    assertThat(fault.userMessage()).contains(message);
                    assertThat(((DeploymentFault) fault.code()).number()).isEqualTo(code);
                });
    }

    @Test
    void neverQuotesBrokenYaml() {
        assertThatThrownBy(() -> Manifest.parse("a: secret-value\n b: ["))
                .hasMessage("The manifest is not valid YAML at line 2 column 3.");
        assertThatThrownBy(() -> Manifest.parse("a: 1\na: 2")).hasMessageContaining("is not valid YAML");
        assertThatThrownBy(() -> Manifest.parse("- 1")).hasMessage("The manifest should be a hash.");
        assertThatThrownBy(() -> Manifest.parse("a: !!javax.script.ScriptEngineManager {}"))
                .hasMessageContaining("is not valid YAML");
    }

    @Test
    void keepsDatesAsText() {
        assertThat(Yaml.hash("a: 2026-01-01", "x")).containsEntry("a", "2026-01-01");
    }

    @Test
    void addsAddonsToTheGroupsThatTheyInclude() {
        var text = GOOD + """
                addons:
                - {name: x, jobs: [{name: c, release: r}], include: {instance_groups: [web]}}
                - {name: y, jobs: [{name: e, release: r}], exclude: {jobs: [{name: a, release: r}]}}
                """;
        assertThat(Manifest.parse(text).groups().getFirst().jobs())
                .extracting(Manifest.Job::name)
                .containsExactly("a", "b", "c");
    }

    @Test
    void readsRangesOfAddresses() {
        assertThat(Addresses.range("10.0.0.7"))
                .isEqualTo(new Addresses.Range(Addresses.number("10.0.0.7"), Addresses.number("10.0.0.7")));
        assertThat(Addresses.range("10.0.0.1-10.0.0.3").last()).isEqualTo(Addresses.number("10.0.0.3"));
        assertThat(Addresses.text(Addresses.range("10.0.1.77/24").last())).isEqualTo("10.0.1.255");
        for (var wrong : new String[] {"10.0.0", "10.0.0.256", "x", "10.0.0.9-10.0.0.1", "10.0.0.0/33", "10.0.0.0/"}) {
            assertThatThrownBy(() -> Addresses.range(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsCloudConfigs() {
        var network = "networks: [{name: n, subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.1, az: z1}]}]\n";
        var cloud = CloudConfig.merge(
                List.of("azs: [{name: z1}]\n" + network, "vm_types: [{name: t, cloud_properties: {cpu: 1}}]"));
        assertThat(cloud.networks().get("n").subnets().getFirst().netmask()).isEqualTo("255.255.255.0");
        assertThat(cloud.vmTypes()).containsKey("t");
        assertThatThrownBy(() -> CloudConfig.merge(List.of())).hasMessageContaining("No cloud config is set");
        assertThatThrownBy(() -> CloudConfig.merge(List.of(network)))
                .hasMessageContaining("unknown availability zone 'z1'");
        assertThatThrownBy(() -> CloudConfig.merge(List.of("vm_types: [{name: t}, {name: t}]")))
                .hasMessage("Duplicate vm_type name 't' in the cloud config.");
        assertThatThrownBy(() -> CloudConfig.merge(
                        List.of("networks: [{name: n, subnets: [{range: 10.0.0.0/24, gateway: 10.0.1.1}]}]")))
                .hasMessageContaining("must be an address of the range");
        assertThatThrownBy(() -> CloudConfig.merge(
                        List.of("networks: [{name: n, subnets: [{range: 10.0.0.0/24}, {range: 10.0.0.128/25}]}]")))
                .hasMessage("Network 'n' has overlapping subnets.");
    }
}
