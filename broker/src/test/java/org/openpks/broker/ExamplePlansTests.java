package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.component.RunningComponent;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.kernel.Fault;
import org.openpks.osb.HttpOsbClient;
import org.openpks.osb.LastOperation;
import org.openpks.osb.OsbClient;
import org.openpks.osb.OsbFault;
import org.openpks.osb.OsbJson;
import org.openpks.osb.ProvisionRequest;
import org.openpks.osb.UpdateRequest;
import tools.jackson.core.type.TypeReference;

/// The broker as it is shipped: the example plans and the Kubernetes adapter.
class ExamplePlansTests {

    private static final String SMALL = "8A0E21A8-8072-4D80-B365-D1F502085560";
    private static final String MEDIUM = "58375a45-17f7-4291-acf1-455bfdc8e371";

    @TempDir
    static Path directory;

    private static FakeDirector director;
    private static RunningComponent component;
    private static HttpClient http;
    private static OsbClient client;
    private static String service;

    @BeforeAll
    static void start() throws IOException {
        director = new FakeDirector();
        var ca = CertificateAuthority.create(
                        "test-ca", CertificateAuthority.ec(), Duration.ofDays(1), InstantSource.system())
                .certificatePem()
                .indent(4);
        var supplement = directory.resolve("broker.yml");
        Files.writeString(supplement, """
                broker: {username: broker, password: secret}
                bosh:
                  url: %1$s
                  root_ca_cert: |
                %2$s
                  authentication: {basic: {username: admin, password: admin}}
                bosh_credhub:
                  url: %1$s
                  root_ca_cert: |
                %2$s
                  authentication: {basic: {username: admin, password: admin}}
                service_deployment:
                  releases: [{name: kubernetes, version: "1.37.2+build.1"}]
                  stemcells: [{os: debian-bookworm, version: "1.0"}]
                """.formatted(director.url(), ca));
        component = RunningComponent.start(
                "broker",
                BrokerApplication.class,
                Map.of(
                        "server.port",
                        0,
                        "server.address",
                        "127.0.0.1",
                        "broker.config[0]",
                        Path.of("../deploy/broker.yml").toAbsolutePath().toString(),
                        "broker.config[1]",
                        supplement.toString()));
        http = HttpClient.newHttpClient();
        client = new HttpOsbClient(http, URI.create("http://127.0.0.1:" + component.port()), "broker", "secret");
        service = client.catalog().services().getFirst().id();
    }

    @AfterAll
    static void stop() {
        http.close();
        component.close();
        director.close();
    }

    @Test
    void offersTheThreePlans() {
        var plans = client.catalog().services().getFirst().plans();
        assertThat(plans).extracting("name").containsExactly("small", "medium", "large");
        assertThat(plans.getFirst().metadata())
                .containsEntry("worker_instances", 3)
                .containsEntry("max_worker_instances", 50)
                .containsEntry("master_instances", 1)
                .containsEntry("allow-privileged-containers", true);
        assertThat(plans.get(2).metadata()).containsEntry("master_instances", 5);
    }

    @Test
    void createsResizesAndDeletes() {
        director.reset();
        run(client.provision("a", request(SMALL, Map.of("kubernetes_master_host", "a.example.com")), Optional.empty()));
        var deployment = director.deployments.get("service-instance_a");
        assertThat(deployment.manifest).contains("name: service-instance_a");
        for (int workers : new int[] {5, 1}) {
            var update = new UpdateRequest(
                    service,
                    SMALL,
                    Map.of("platform", "pks"),
                    Map.of("kubernetes_worker_instances", workers),
                    null,
                    null);
            run(client.update("a", update, Optional.empty()));
            assertThat(client.update("a", update, Optional.empty())).isInstanceOf(OsbClient.Outcome.Done.class);
        }
        run(client.deprovision("a", service, SMALL, Optional.empty()));
        assertThat(director.deployments).isEmpty();
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @Test
    void refusesWhatThePlanDoesNotAllow() {
        director.reset();
        for (int workers : new int[] {0, -1, 51}) {
            var parameters = Map.<String, Object>of(
                    "kubernetes_master_host", "a.example.com", "kubernetes_worker_instances", workers);
            var fault = Assertions.catchThrowableOfType(
                    Fault.class, () -> client.provision("b", request(MEDIUM, parameters), Optional.empty()));
            assertThat(fault.code()).isEqualTo(OsbFault.REQUEST_INVALID);
            assertThat(fault.userMessage()).contains("kubernetes_worker_instances");
        }
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | kubernetes_master_host",
                "{\"kubernetes_master_host\": \"\"} | kubernetes_master_host",
                "{\"kubernetes_master_host\": 5} | kubernetes_master_host",
                "{\"kubernetes_master_host\": \"no host\"} | kubernetes_master_host",
                "{\"kubernetes_master_host\": \"a.example.com\", \"kubernetes_worker_instances\": \"three\"} | kubernetes_worker_instances",
                "{\"kubernetes_master_host\": \"a.example.com\", \"kubernetes_worker_instances\": 1.5} | kubernetes_worker_instances",
                "{\"kubernetes_master_host\": \"a.example.com\", \"kubernetes_master_port\": 70000} | kubernetes_master_port",
                "{\"kubernetes_master_host\": \"a.example.com\", \"colour\": \"red\"} | colour",
            })
    void refusesParametersAndNamesTheField(String parameters, String field) {
        director.reset();
        Map<String, Object> given = OsbJson.MAPPER.readValue(parameters, new TypeReference<>() {});
        var fault = refusal(() -> client.provision("b", request(SMALL, given), Optional.empty()));
        assertThat(fault.code()).isEqualTo(OsbFault.REQUEST_INVALID);
        assertThat(fault.userMessage()).contains(field);
        assertThat(director.configsOfInstances()).isEmpty();
        assertThat(director.tasks).isEmpty();
    }

    @Test
    void refusesAPlanWithFewerMasters() {
        director.reset();
        run(client.provision(
                "a", request(MEDIUM, Map.of("kubernetes_master_host", "a.example.com")), Optional.empty()));
        var fewer = new UpdateRequest(service, SMALL, Map.of("platform", "pks"), Map.of(), null, null);
        var fault = refusal(() -> client.update("a", fewer, Optional.empty()));
        assertThat(fault.code()).isEqualTo(OsbFault.REFUSED);
        assertThat(fault.userMessage())
                .isEqualTo("The number of masters cannot be changed: the cluster has 3, the plan 1.");
        assertThat(director.count("create deployment")).isEqualTo(1);
        assertThat(client.instance("a").orElseThrow().planId()).isEqualTo(MEDIUM);
    }

    @Test
    void refusesASecondClusterWithTheSameHostName() {
        director.reset();
        run(client.provision("a", request(SMALL, Map.of("kubernetes_master_host", "a.example.com")), Optional.empty()));
        var same = request(SMALL, Map.of("kubernetes_master_host", "A.example.com"));
        var fault = refusal(() -> client.provision("b", same, Optional.empty()));
        assertThat(fault.code()).isEqualTo(OsbFault.REFUSED);
        assertThat(fault.userMessage())
                .isEqualTo("kubernetes_master_host: A.example.com is taken by another instance. Choose another one.");
        assertThat(director.deployments).containsOnlyKeys("service-instance_a");
        run(client.deprovision("a", service, SMALL, Optional.empty()));
        assertThat(client.provision("b", same, Optional.empty())).isInstanceOf(OsbClient.Outcome.InProgress.class);
    }

    private static Fault refusal(ThrowableAssert.ThrowingCallable call) {
        return Assertions.catchThrowableOfType(Fault.class, call);
    }

    private static ProvisionRequest request(String plan, Map<String, Object> parameters) {
        return new ProvisionRequest(
                service, plan, "pks", "pks", Map.of("platform", "pks", "instance_name", "demo"), parameters, null);
    }

    private static void run(OsbClient.Outcome outcome) {
        var running = (OsbClient.Outcome.InProgress) outcome;
        for (int i = 0; i < 6; i++) {
            director.finishAll();
            var poll = client.lastOperation("a", service, SMALL, running.operation());
            if (poll instanceof OsbClient.Poll.Answer(var operation, var pace)
                    && operation.state() == LastOperation.State.SUCCEEDED) {
                return;
            }
        }
        throw new AssertionError("the operation does not end");
    }
}
