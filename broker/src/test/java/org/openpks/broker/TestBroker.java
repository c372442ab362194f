package org.openpks.broker;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.osb.HttpOsbClient;
import org.openpks.osb.OsbJson;
import tools.jackson.databind.JsonNode;

/// A broker process over a fake Director, and plain HTTP to talk to it.
final class TestBroker implements AutoCloseable {

    static final String SERVICE = "service-1";
    static final String SMALL = "plan-small";
    static final String MEDIUM = "plan-medium";
    /// Three masters and two addresses.
    static final String SEVERAL = "plan-several";
    /// One master, and the same addresses.
    static final String SINGLE = "plan-single";
    /// An update to five workers.
    static final Map<String, Object> FIVE = Map.of("parameters", Map.of("kubernetes_worker_instances", 5));
    private static final String CA = CertificateAuthority.create(
                    "test-ca", CertificateAuthority.ec(), Duration.ofDays(1), InstantSource.system())
            .certificatePem();

    final DirectorUnderTest director;
    private final Map<String, Object> settings = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Launcher launcher;
    private Launcher.Running running;

    /// A broker that carries on at once what another process accepted.
    TestBroker(DirectorUnderTest director, Path directory) throws IOException {
        this(director, directory, Duration.ZERO);
    }

    TestBroker(DirectorUnderTest director, Path directory, Duration adoptAfter) throws IOException {
        this(director, directory, adoptAfter, "1.0");
    }

    TestBroker(DirectorUnderTest director, Path directory, Duration adoptAfter, String release) throws IOException {
        this(director, directory, adoptAfter, release, "1.7.0", false);
    }

    /// @param maintenance the version of the maintenance information that all plans have
    /// @param updatesWhileBehind whether instances that are behind may be updated
    TestBroker(
            DirectorUnderTest director,
            Path directory,
            Duration adoptAfter,
            String release,
            String maintenance,
            boolean updatesWhileBehind)
            throws IOException {
        this(director, directory, adoptAfter, text -> text.replace("\"1.0\", jobs", "\"%s\", jobs".formatted(release))
                .replace("kubernetes_version: \"1.0\"", "kubernetes_version: \"%s\"".formatted(release))
                .replace("version: 1.7.0", "version: " + maintenance)
                .replace("pending_changes: false", "pending_changes: " + updatesWhileBehind));
    }

    /// @param edit changes the broker's configuration file
    TestBroker(DirectorUnderTest director, Path directory, Duration adoptAfter, UnaryOperator<String> edit)
            throws IOException {
        this(director, directory, adoptAfter, edit, Launcher.here());
    }

    TestBroker(
            DirectorUnderTest director,
            Path directory,
            Duration adoptAfter,
            UnaryOperator<String> edit,
            Launcher launcher)
            throws IOException {
        this.director = director;
        this.launcher = launcher;
        var config = Files.createTempFile(directory, "broker", ".yml");
        Files.writeString(config, edit.apply("""
                broker: {username: broker, password: secret, skip_check_for_pending_changes: false}
                bosh:
                  url: %1$s
                  root_ca_cert: |
                %2$s
                  authentication: {basic: {username: admin, password: admin}}
                bosh_credhub:
                  url: %3$s
                  root_ca_cert: |
                %2$s
                  authentication: {basic: {username: admin, password: admin}}
                service_deployment:
                  releases: [{name: kubernetes, version: "1.0", jobs: [etcd]}]
                  stemcells: [{os: debian, version: "1.0"}]
                service_catalog:
                  id: service-1
                  service_name: p.pks
                  service_description: Kubernetes clusters on demand
                  plan_updatable: true
                  maintenance_info: {version: 1.7.0, public: {kubernetes_version: "1.0"}}
                  global_quotas: {resources: {ips: {limit: 40}}}
                  plans:
                  - &plan
                    plan_id: plan-small
                    name: small
                    description: small clusters
                    properties: {max_worker_instances: 5, allow_privileged_containers: true}
                    instance_groups:
                    - {name: master, instances: 1, vm_type: m, persistent_disk_type: '5120', networks: [default], azs: [z1]}
                    - {name: worker, instances: 3, vm_type: w, networks: [default], azs: [z1]}
                    lifecycle_errands: {post_deploy: [{name: apply-addons, instances: [master/0]}]}
                  - <<: *plan
                    plan_id: plan-medium
                    name: medium
                    quotas: {service_instance_limit: 1, resources: {ips: {limit: 9, cost: 4}}}
                  - <<: *plan
                    plan_id: plan-several
                    name: several
                    properties:
                      max_worker_instances: 5
                      network: {api_addresses: [10.0.0.200-10.0.0.201]}
                    instance_groups:
                    - {name: master, instances: 3, vm_type: m, persistent_disk_type: "5120", networks: [default], azs: [z1]}
                    - {name: worker, instances: 3, vm_type: w, networks: [default], azs: [z1]}
                  - <<: *plan
                    plan_id: plan-single
                    name: single
                    properties: {max_worker_instances: 5, network: {api_addresses: 10.0.0.200-10.0.0.201}}
                """.formatted(director.url(), CA.indent(4), director.credhubUrl())));
        settings.put("server.port", 0);
        settings.put("server.address", "127.0.0.1");
        settings.put("broker.config[0]", config.toString());
        settings.put("broker.start-patience", "1s");
        // It would be one more request to the Director at any moment.
        settings.put("broker.certificate-check", "0s");
        settings.put("broker.adopt-after", adoptAfter.toMillis() + "ms");
        running = launcher.start(settings);
    }

    /// The same broker, started again with another setting.
    TestBroker with(String setting, Object value) {
        settings.put(setting, value);
        restart();
        return this;
    }

    /// Another process with nothing in its memory.
    void restart() {
        running.end();
        running = launcher.start(settings);
    }

    TestAdapter adapter() {
        return ((Launcher.Component) running).component().bean(TestAdapter.class);
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + running.port());
    }

    HttpOsbClient client() {
        return new HttpOsbClient(http, base(), "broker", "secret");
    }

    record Answer(int status, JsonNode body, HttpResponse<String> raw) {
        String text(String field) {
            return body.path(field).asString("");
        }
    }

    Answer send(String method, String path, @Nullable Object body, Map<String, String> headers) {
        var all = new HashMap<String, String>();
        all.put("Authorization", basic("broker", "secret"));
        all.put("X-Broker-API-Version", "2.17");
        if (body != null) {
            all.put("Content-Type", "application/json");
        }
        all.putAll(headers);
        var request = HttpRequest.newBuilder(base().resolve(path)).timeout(Duration.ofSeconds(30));
        all.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.header(name, value);
            }
        });
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(
                        body instanceof String text ? text : OsbJson.MAPPER.writeValueAsString(body));
        try {
            var response = http.send(request.method(method, publisher).build(), HttpResponse.BodyHandlers.ofString());
            var node = response.body().isBlank()
                    ? OsbJson.MAPPER.createObjectNode()
                    : OsbJson.MAPPER.readTree(response.body());
            return new Answer(response.statusCode(), node, response);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer send(String method, String path, @Nullable Object body) {
        return send(method, path, body, Map.of());
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    // ---- operations

    static Map<String, Object> provisionBody(Map<String, Object> parameters) {
        var body = new HashMap<String, Object>();
        body.put("service_id", SERVICE);
        body.put("plan_id", SMALL);
        body.put("organization_guid", "org");
        body.put("space_guid", "space");
        body.put("context", Map.of("platform", "pks", "instance_name", "demo"));
        body.put("parameters", parameters);
        return body;
    }

    static String path(String instance) {
        return "/v2/service_instances/" + instance;
    }

    Answer provision(String instance, Map<String, Object> parameters) {
        return send("PUT", path(instance) + "?accepts_incomplete=true", provisionBody(parameters));
    }

    Answer update(String instance, Map<String, Object> more) {
        var body = new HashMap<String, Object>(more);
        body.put("service_id", SERVICE);
        return send("PATCH", path(instance) + "?accepts_incomplete=true", body);
    }

    Answer deprovision(String instance) {
        return send(
                "DELETE", path(instance) + "?accepts_incomplete=true&service_id=service-1&plan_id=plan-small", null);
    }

    Answer poll(String instance, String operation) {
        var query = operation.isEmpty() ? "" : "?operation=" + URLEncoder.encode(operation, StandardCharsets.UTF_8);
        return send("GET", path(instance) + "/last_operation" + query, null);
    }

    /// Creates an instance and brings it to its end.
    String created(String instance) {
        var operation = provision(instance, Map.of()).text("operation");
        finish(instance, operation);
        return operation;
    }

    /// Lets all tasks end and polls until the operation ended.
    Answer finish(String instance, String operation) {
        var deadline = Instant.now().plusSeconds(60);
        try {
            while (Instant.now().isBefore(deadline)) {
                director.progress();
                var answer = poll(instance, operation);
                // A platform goes on polling when the broker has no answer now.
                if (answer.status() != 503 && !"in progress".equals(answer.text("state"))) {
                    return answer;
                }
                LockSupport.parkNanos(20_000_000);
            }
        } finally {
            director.hold();
        }
        throw new AssertionError("the operation does not end");
    }

    @Override
    public void close() {
        running.end();
        http.close();
    }
}
