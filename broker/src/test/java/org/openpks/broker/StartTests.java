package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What keeps a broker from starting, and what does not.
class StartTests {

    @TempDir
    static Path directory;

    private static FakeDirector director;

    @BeforeAll
    static void start() throws IOException {
        director = new FakeDirector();
    }

    @BeforeEach
    void forget() {
        director.reset();
    }

    @AfterAll
    static void stop() {
        director.close();
    }

    private static TestBroker broker(UnaryOperator<String> edit) throws IOException {
        return new TestBroker(director, directory, Duration.ZERO, edit);
    }

    /// The sentence with which a broker with this configuration refuses to start.
    private static String refusal(UnaryOperator<String> edit) {
        var failure = catchThrowable(() -> broker(edit).close());
        assertThat(failure).as("the broker started").isNotNull();
        var deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "instances: 1, | instances: 2, | service_catalog.plans[0].instance_groups[0].instances: must be 1, 3 or 5",
                "instances: 3, | instances: 0, | service_catalog.plans[0].instance_groups[1].instances: must be at least 1",
                "instances: 3, | instances: many, | service_catalog.plans[0].instance_groups[1].instances: must be a whole number",
                "instances: 3, | instances: 6, | must be at most max_worker_instances, which is 5",
                "plan_id: plan-medium | plan_id: plan-small | service_catalog.plans[1].plan_id: is that of plans[0] already",
                "name: medium | name: small | service_catalog.plans[1].name: is that of plans[0] already",
                "name: medium | nam: medium | service_catalog.plans[1].nam: is not a setting; there are plan_id, name",
                "vm_type: m | vmtype: m | service_catalog.plans[0].instance_groups[0].vm_type: is missing",
                "username: broker, | '' | broker.username: is missing",
                "max_worker_instances: 5, | 'max_worker_instances: 5, pod_security: high, ' | plans[0].properties.pod_security: must be one of",
                "plans: | 'global_properties: {worker_max_in_flight: 0}\n  plans:' | service_catalog.global_properties.worker_max_in_flight: must be a whole number",
            })
    void namesTheWrongField(String from, String to, String expected) {
        assertThat(refusal(text -> text.replace(from, to)))
                .startsWith("the broker's configuration is wrong:")
                .contains(expected);
    }

    @Test
    void namesAllWrongFieldsAtOnce() {
        assertThat(refusal(text -> text.replace("instances: 1,", "instances: 4,")
                        .replace("version: \"1.0\", jobs", "version: latest, jobs")
                        .replace("service_name: p.pks", "")
                        .replace("max_worker_instances: 5", "max_worker_instances: five")))
                .startsWith("the broker's configuration is wrong:\n  ")
                .contains(
                        "service_deployment.releases[0].version: must be exact: with latest, two deployments of one plan could"
                                + " differ",
                        "service_catalog.plans[0].instance_groups[0].instances: must be 1, 3 or 5, so that a majority of the"
                                + " masters can agree",
                        "service_catalog.plans[0].properties.max_worker_instances: must be a whole number of at least 1, not"
                                + " five",
                        "service_catalog.plans[1].instance_groups[0].instances: must be 1, 3 or 5",
                        "service_catalog.plans[1].properties.max_worker_instances: must be a whole number",
                        "service_catalog.service_name: is missing");
    }

    @Test
    void takesTenPlansForLinuxAndThreeForWindows() throws IOException {
        UnaryOperator<String> most = text -> text + plans(6, "linux") + plans(3, "windows");
        try (var broker = broker(most)) {
            var plans = broker.send("GET", "/v2/catalog", null)
                    .body()
                    .path("services")
                    .path(0)
                    .path("plans");
            assertThat(plans.size()).isEqualTo(13);
            assertThat(plans.path(0).path("metadata").path("os").asString()).isEqualTo("linux");
            assertThat(plans.path(12).path("metadata").path("os").asString()).isEqualTo("windows");
        }
        assertThat(refusal(text -> most.apply(text) + plans(1, "more")))
                .contains("service_catalog.plans: must be at most 10 for Linux and 3 for Windows");
        assertThat(refusal(text -> text + plans(4, "windows")))
                .contains("service_catalog.plans: must be at most 10 for Linux and 3 for Windows");
    }

    private static String plans(int count, String kind) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("""
                      - <<: *plan
                        plan_id: %1$s-%2$d
                        name: %1$s-%2$d
                        properties: {max_worker_instances: 5, os: %3$s}
                    """.formatted(kind, i, kind.equals("windows") ? kind : "linux")
                    .indent(0));
        }
        return text.toString();
    }

    @Test
    void namesEverythingThatTheCloudConfigLacks() {
        director.cloudConfig("""
                azs: [{name: z2}]
                vm_types: [{name: w}]
                disk_types: []
                networks: [{name: default}]
                """);
        assertThat(refusal(text -> text))
                .startsWith("The broker cannot start:\n")
                .contains(
                        "service_catalog.plans[0].instance_groups[0].vm_type: the Director's cloud config has no VM type named m;"
                                + " there are w")
                .contains(
                        "service_catalog.plans[0].instance_groups[0].persistent_disk_type: the Director's cloud config has no"
                                + " disk type named 5120; there is none")
                .contains(
                        "service_catalog.plans[1].instance_groups[1].azs: the Director's cloud config has no availability zone"
                                + " named z1; there are z2");
        director.cloudConfig("");
        assertThat(refusal(text -> text)).contains("The Director has no cloud config");
    }

    @Test
    void tellsInTheCatalogWhatTheCloudConfigIsNow() throws IOException {
        try (var broker = broker(text -> text).with("broker.director-check", "0s")) {
            director.cloudConfig("""
                azs: [{name: z1}]
                vm_types: [{name: m, cloud_properties: {instance_type: big}}, {name: w, cloud_properties: {cpu: 8, ram: 512}}]
                disk_types: [{name: "5120"}]
                networks: [{name: default}]
                """);
            var openpks = broker.send("GET", "/v2/catalog", null).body().at("/services/0/plans/0/metadata/openpks");
            assertThat(openpks.path("master").toString()).isEqualTo("{\"instances\":1}");
            assertThat(openpks.path("worker").toString())
                    .isEqualTo("{\"cpu\":8,\"max_instances\":5,\"memory_mb\":512}");
            director.down(true);
            assertThat(broker.send("GET", "/v2/catalog", null)
                            .body()
                            .at("/services/0/plans/0/metadata/openpks/worker/cpu")
                            .asInt())
                    .isEqualTo(8);
        }
    }

    @Test
    void wantsThePlansThatInstancesHave() throws IOException {
        try (var broker = broker(text -> text)) {
            broker.created("a");
            broker.created("b");
            var medium = TestBroker.provisionBody(Map.of());
            medium.put("plan_id", TestBroker.MEDIUM);
            broker.send("PUT", TestBroker.path("c") + "?accepts_incomplete=true", medium);
        }
        assertThat(refusal(text -> text.replace("plan-small", "other-small").replace("plan-medium", "other-medium")))
                .contains("plan plan-medium was expected but is now missing: 1 instance has it.")
                .contains("plan plan-small was expected but is now missing: 2 instances have it.")
                .contains("Put it back, or delete what has it first.");
    }

    @Test
    void wantsADirectorThatKnowsItAndIsNewEnough() {
        director.refuseCredentials(true);
        assertThat(refusal(text -> text)).contains("The BOSH Director refuses the broker's credentials.");
        director.refuseCredentials(false);
        director.version("260.5.0 (00000000)");
        assertThat(refusal(text -> text))
                .contains("The BOSH Director is too old: version 260.5.0 (00000000), needed is 261.");
    }

    @Test
    void startsWithoutADirectorAndWorksAsSoonAsThereIsOne() throws IOException {
        director.down(true);
        try (var broker = broker(text -> text)) {
            assertThat(broker.send("GET", "/v2/catalog", null).status()).isEqualTo(200);
            assertThat(broker.provision("a", Map.of()).status()).isEqualTo(503);
            director.down(false);
            assertThat(broker.provision("a", Map.of()).status()).isEqualTo(202);
        }
    }
}
