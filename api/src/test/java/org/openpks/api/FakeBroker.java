package org.openpks.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.openpks.osb.OsbJson;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/// A broker over HTTP that keeps the protocol's promises (a repeated request meets the running operation) and
/// misbehaves where a test asks for it.
final class FakeBroker implements AutoCloseable {

    static final String SERVICE = "5b7b3c1e-5d1a-4c2b-9d33-6f1c0f1d7a10";
    static final String SMALL = "8A0E21A8-8072-4D80-B365-D1F502085560";

    private static final Map<String, String> DRAIN = Map.of(
            "kubelet_drain_timeout", "10",
            "kubelet_drain_grace_period", "10",
            "kubelet_drain_force", "true",
            "kubelet_drain_ignore_daemonsets", "true",
            "kubelet_drain_delete_local_data", "true",
            "kubelet_drain_force_node", "false");

    private HttpServer server;
    private final int port;
    private final Map<String, Instance> instances = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<JsonNode> updates = new CopyOnWriteArrayList<>();
    private final List<Misbehaviour> misbehaviours = new CopyOnWriteArrayList<>();
    private final List<Hold> holds = new CopyOnWriteArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    /// Whether operations end by themselves at the first poll.
    volatile boolean instant = true;
    /// Whether bindings name a user of the cluster's provider instead of bearing a token.
    volatile boolean takesUaaUsers;
    /// The release and Kubernetes version that the catalog offers.
    volatile String offered = "1.37.2";

    /// The most workers that the catalog's plans allow.
    volatile int mostWorkers = 50;

    /// Whether the catalog tells how big nodes are.
    volatile boolean sized = true;

    /// What a broker knows of an instance.
    static final class Instance {
        final JsonNode body;
        volatile String operation = "";
        volatile String type = "";
        volatile String state = "in progress";
        volatile String description = "";
        volatile boolean provisioned;
        volatile String software = "";
        volatile String upgradeTo = "";
        final List<String> bindings = new CopyOnWriteArrayList<>();

        Instance(JsonNode body) {
            this.body = body;
        }

        String name() {
            return body.at("/context/instance_name").asString();
        }
    }

    /// One answer that is not what it should be.
    /// @param status 0 to act and then drop the connection, -1 to drop it without acting
    record Misbehaviour(Predicate<String> request, int status, String body, AtomicInteger times) {}

    FakeBroker() {
        server = create(0);
        port = server.getAddress().getPort();
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// The requests seen, as `METHOD PATH`.
    List<String> requests() {
        return List.copyOf(requests);
    }

    long count(String start) {
        return requests.stream().filter(request -> request.startsWith(start)).count();
    }

    /// How many operations really began: repeated requests do not count.
    int begun() {
        return begun.get();
    }

    /// The bodies of all updates seen, also of those that were not acted on.
    List<JsonNode> updates() {
        return List.copyOf(updates);
    }

    Map<String, Instance> instances() {
        return instances;
    }

    void misbehave(Predicate<String> request, int status, String body, int times) {
        misbehaviours.add(new Misbehaviour(request, status, body, new AtomicInteger(times)));
    }

    /// The next such request is not acted on before the latch is opened.
    CountDownLatch hold(Predicate<String> request) {
        var latch = new CountDownLatch(1);
        holds.add(new Hold(request, latch, new AtomicInteger(1)));
        return latch;
    }

    private record Hold(Predicate<String> request, CountDownLatch latch, AtomicInteger times) {}

    /// Waits until the only instance is being updated.
    void awaitUpdate() {
        TestApi.await(
                () -> {
                    var instance = instances.values().iterator().next();
                    return instance.type.equals("update") && instance.state.equals("in progress");
                },
                () -> "no update was begun");
    }

    /// Ends the running operation of the only instance.
    void end(String state, String description) {
        end(instances.values().iterator().next(), state, description);
    }

    private static void end(Instance instance, String state, String description) {
        instance.description = description;
        if (state.equals("succeeded") && instance.type.equals("upgrade")) {
            instance.software = instance.upgradeTo;
        }
        instance.state = state;
    }

    /// Ends the running operation of a cluster.
    void end(String cluster, String state, String description) {
        var instance = instances.values().stream()
                .filter(one -> one.name().equals(cluster))
                .findFirst()
                .orElseThrow();
        end(instance, state, description);
    }

    /// The clusters whose upgrade runs, by name.
    List<String> upgrading() {
        return instances.values().stream()
                .filter(instance -> instance.type.equals("upgrade") && instance.state.equals("in progress"))
                .map(Instance::name)
                .sorted()
                .toList();
    }

    /// From now on everything goes well and at once.
    void behave() {
        misbehaviours.clear();
        instant = true;
        sized = true;
        mostWorkers = 50;
        takesUaaUsers = false;
        offered = "1.37.2";
    }

    /// Nobody answers at the broker's address.
    void down() {
        server.stop(0);
    }

    void up() {
        server = create(port);
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private HttpServer create(int wanted) {
        try {
            var made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
            made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            made.createContext("/", this::handle);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            requests.add(request);
            if (exchange.getRequestMethod().equals("PATCH")) {
                updates.add(OsbJson.MAPPER.readTree(body));
            }
            var expected =
                    "Basic " + Base64.getEncoder().encodeToString("broker:secret".getBytes(StandardCharsets.UTF_8));
            if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, 401, Map.of());
                return;
            }
            for (var hold : holds) {
                if (hold.request().test(request) && hold.times().getAndDecrement() > 0) {
                    await(hold.latch());
                }
            }
            var bad = misbehaviours.stream()
                    .filter(one -> one.request().test(request) && one.times().getAndDecrement() > 0)
                    .findFirst();
            if (bad.isPresent() && bad.get().status() < 0) {
                return;
            }
            if (bad.isPresent() && bad.get().status() > 0) {
                send(exchange, bad.get().status(), bad.get().body());
                return;
            }
            var reply = reply(exchange.getRequestMethod(), exchange.getRequestURI(), body);
            if (bad.isEmpty()) {
                answer(exchange, reply.status(), reply.body());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Reply(int status, Object body) {}

    private volatile Map<String, Object> bindParameters = Map.of();

    private synchronized Reply reply(String method, URI uri, byte[] body) {
        var parts = uri.getPath().split("/");
        if (uri.getPath().equals("/v2/catalog")) {
            return new Reply(200, catalog());
        }
        var id = parts[3];
        var instance = instances.get(id);
        var what = parts.length > 4 ? parts[4] : "";
        if (what.equals("last_operation")) {
            return instance == null ? new Reply(404, Map.of()) : poll(id, instance);
        }
        if (what.equals("operation_steps")) {
            return instance == null ? new Reply(404, Map.of()) : new Reply(200, steps(instance, uri.getQuery()));
        }
        if (what.equals("certificates")) {
            return instance == null ? new Reply(404, Map.of()) : new Reply(200, certificates(id));
        }
        if (what.equals("service_bindings")) {
            if (method.equals("PUT")) {
                bindParameters = OsbJson.MAPPER.convertValue(
                        OsbJson.MAPPER.readTree(body).path("parameters"), new TypeReference<Map<String, Object>>() {});
            }
            return bindings(method, instance, parts[5]);
        }
        return switch (method) {
            case "PUT" -> provision(id, instance, OsbJson.MAPPER.readTree(body));
            case "PATCH" -> update(instance, OsbJson.MAPPER.readTree(body));
            case "DELETE" -> deprovision(instance);
            default ->
                instance == null || !instance.provisioned
                        ? new Reply(404, Map.of())
                        : new Reply(
                                200,
                                Map.of(
                                        "service_id",
                                        SERVICE,
                                        "plan_id",
                                        SMALL,
                                        "maintenance_info",
                                        maintenance(instance.software),
                                        "metadata",
                                        Map.of("attributes", Map.of("master_ips", List.of("100.96.0.10")))));
        };
    }

    private Reply provision(String id, @Nullable Instance present, JsonNode body) {
        if (present != null) {
            if (!present.body.equals(body)) {
                return new Reply(409, Map.of());
            }
            return present.provisioned
                    ? new Reply(200, Map.of())
                    : new Reply(202, Map.of("operation", present.operation));
        }
        var instance = new Instance(body);
        instance.software = offered;
        instances.put(id, instance);
        return begin(instance, "provision", "Instance provisioning");
    }

    private Reply update(@Nullable Instance instance, JsonNode body) {
        if (instance == null) {
            return new Reply(404, Map.of());
        }
        var asked = body.at("/maintenance_info/version").asString("");
        if (!asked.isEmpty() && !asked.equals(version(offered))) {
            return new Reply(422, Map.of("error", "MaintenanceInfoConflict", "description", "stale"));
        }
        if (asked.equals(version(instance.software))) {
            return new Reply(200, Map.of());
        }
        if (instance.state.equals("in progress")) {
            return instance.type.equals(asked.isEmpty() ? "update" : "upgrade")
                    ? new Reply(202, Map.of("operation", instance.operation))
                    : new Reply(422, Map.of("error", "ConcurrencyError", "description", "busy"));
        }
        if (!asked.isEmpty()) {
            instance.upgradeTo = offered;
            return begin(instance, "upgrade", "Instance upgrade");
        }
        return begin(instance, "update", "Instance update");
    }

    private Reply deprovision(@Nullable Instance instance) {
        if (instance == null) {
            return new Reply(410, Map.of());
        }
        if (instance.state.equals("in progress")) {
            if (instance.type.equals("update")) {
                return new Reply(422, Map.of("error", "ConcurrencyError", "description", "busy"));
            }
            if (instance.type.equals("deprovision")) {
                return new Reply(202, Map.of("operation", instance.operation));
            }
        }
        return begin(instance, "deprovision", "Instance deletion");
    }

    private Reply begin(Instance instance, String type, String words) {
        begun.incrementAndGet();
        instance.type = type;
        instance.operation = type + ":" + UUID.randomUUID();
        instance.state = "in progress";
        instance.description = words + " in progress";
        return new Reply(202, Map.of("operation", instance.operation));
    }

    private Reply poll(String id, Instance instance) {
        if (instant && instance.state.equals("in progress")) {
            instance.state = "succeeded";
            instance.description = "";
        }
        if (instance.state.equals("succeeded")) {
            if (instance.type.equals("deprovision")) {
                instances.remove(id);
                return new Reply(410, Map.of());
            }
            instance.provisioned = true;
            if (instance.type.equals("upgrade")) {
                instance.software = instance.upgradeTo;
            }
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("state", instance.state);
        if (!instance.description.isEmpty()) {
            body.put("description", instance.description);
        }
        return new Reply(200, body);
    }

    /// One that has ended and one that lasts for a year and a bit.
    private static Object certificates(String id) {
        var now = Instant.now();
        return Map.of(
                "certificates",
                List.of(
                        Map.of(
                                "name",
                                "/openpks/service-instance_" + id + "/tls-etcdctl",
                                "type",
                                "Leaf",
                                "valid_until",
                                now.minusSeconds(60).toString()),
                        Map.of(
                                "name",
                                "/openpks/service-instance_" + id + "/etcd_ca",
                                "type",
                                "Root",
                                "valid_until",
                                now.plus(Duration.ofDays(366)).plusSeconds(600).toString())));
    }

    private Object steps(Instance instance, String query) {
        int since = Integer.parseInt(query.replaceAll(".*since=(\\d+).*", "$1"));
        var steps = new ArrayList<Object>();
        if (since < 2) {
            var step = new LinkedHashMap<String, Object>();
            step.put("index", 0);
            step.put("stage", "Creating missing vms");
            step.put("task", "master/0");
            step.put("state", instance.state);
            step.put("started_at", Instant.parse("2026-01-01T00:00:00Z").toString());
            steps.add(step);
        }
        return Map.of("steps", steps, "next", 2);
    }

    /// Those of the last bind.
    Map<String, Object> bindParameters() {
        return bindParameters;
    }

    private Reply bindings(String method, @Nullable Instance instance, String binding) {
        if (instance == null || !instance.provisioned) {
            return new Reply(404, Map.of());
        }
        if (method.equals("DELETE")) {
            return new Reply(instance.bindings.remove(binding) ? 200 : 410, Map.of());
        }
        instance.bindings.add(binding);
        var entry = new LinkedHashMap<String, Object>();
        entry.put("certificate-authority-data", "Q0E=");
        entry.put("server", "https://100.96.0.10:8443");
        return new Reply(
                201,
                Map.of(
                        "credentials",
                        Map.of(
                                "kubeconfig",
                                Map.of(
                                        "apiVersion",
                                        "v1",
                                        "kind",
                                        "Config",
                                        "clusters",
                                        List.of(Map.of("name", "host", "cluster", entry)),
                                        "users",
                                        List.of(Map.of("name", binding, "user", credentials()))))));
    }

    private Map<String, Object> credentials() {
        return takesUaaUsers
                ? Map.of("auth-provider", Map.of("name", "oidc", "config", Map.of("id-token", "")))
                : Map.of("token", "secret-token");
    }

    private static String version(String kubernetes) {
        return kubernetes + "+build";
    }

    private static Object maintenance(String kubernetes) {
        return Map.of("version", version(kubernetes), "public", Map.of("kubernetes_version", kubernetes));
    }

    private Object catalog() {
        return Map.of(
                "services",
                List.of(Map.of(
                        "id",
                        SERVICE,
                        "name",
                        "p.pks",
                        "description",
                        "Kubernetes",
                        "bindable",
                        true,
                        "plans",
                        List.of(
                                plan(SMALL, "small", 1, 3),
                                plan("58375a45-17f7-4291-acf1-455bfdc8e371", "medium", 3, 3)))));
    }

    private Object plan(String id, String name, int masters, int workers) {
        return Map.of(
                "id",
                id,
                "name",
                name,
                "description",
                "The " + name + " plan",
                "maintenance_info",
                maintenance(offered),
                "metadata",
                Map.of(
                        "worker_instances",
                        workers,
                        "max_worker_instances",
                        mostWorkers,
                        "master_instances",
                        masters,
                        "allow-privileged-containers",
                        true,
                        "openpks",
                        Map.of(
                                "master",
                                sized
                                        ? Map.of("instances", masters, "cpu", 2, "memory_mb", 1536)
                                        : Map.of("instances", masters),
                                "worker",
                                sized
                                        ? Map.of("max_instances", 50, "cpu", 2, "memory_mb", 2048)
                                        : Map.of("max_instances", 50),
                                "drain",
                                DRAIN)));
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, OsbJson.MAPPER.writeValueAsString(body));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
