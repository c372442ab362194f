package org.openpks.broker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openpks.bosh.BoshJson;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.core.type.TypeReference;

/// A BOSH Director and CredHub for tests. Tasks wait until the test ends them; replies can be dropped after the
/// request took effect, or requests before they do.
final class FakeDirector implements DirectorUnderTest {

    final Map<Long, FakeTask> tasks = new TreeMap<>();
    final Map<String, FakeDeployment> deployments = new TreeMap<>();
    final Map<String, Map<String, Object>> configs = new TreeMap<>();
    final Map<String, Object> credentials = new TreeMap<>();
    final FakeCertificates certificates = new FakeCertificates();
    /// The groups that each deploy was told not to empty.
    final List<String> undrained = new ArrayList<>();
    final List<String> requests = new ArrayList<>();
    /// Deployments whose machines were to be made anew.
    final List<String> recreations = new ArrayList<>();

    private static final String VERSION = "282.0.0 (00000000)";

    private static final String CLOUD_CONFIG = """
            azs: [{name: z1}, {name: az1}, {name: az2}, {name: az3}]
            vm_types:
            - {name: m, cloud_properties: {cpu: 2, ram: 1536}}
            - {name: w, cloud_properties: {cpu: 4, ram: 8192}}
            - {name: master-small}
            - {name: master-medium}
            - {name: master-large}
            - {name: worker-small}
            - {name: worker-medium}
            - {name: worker-large}
            disk_types: [{name: "5120"}, {name: "10240"}]
            networks: [{name: default}]
            """;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private long nextTask = 40;
    private long nextConfig;
    private @Nullable Predicate<String> dropReply;
    private @Nullable Predicate<String> dropRequest;
    private @Nullable String refusal;
    private @Nullable String user = "admin";
    private String version = VERSION;
    private boolean down;
    private boolean failing;
    private boolean twice;
    private @Nullable Trouble trouble;
    private int killAfter = -1;
    private boolean killBefore;
    private Runnable killer = () -> {};

    static final class FakeDeployment {
        @Nullable
        String manifest;

        String pending = "";
    }

    static final class FakeTask {
        final long id;
        final String description;
        final String deployment;
        final String contextId;
        final Runnable effect;
        String state = "processing";

        @Nullable
        Long timestamp;

        @Nullable
        String result;

        final StringBuilder events = new StringBuilder();
        final StringBuilder results = new StringBuilder();
        final StringBuilder debug = new StringBuilder();

        FakeTask(long id, String description, String deployment, String contextId, Runnable effect) {
            this.id = id;
            this.description = description;
            this.deployment = deployment;
            this.contextId = contextId;
            this.effect = effect;
        }
    }

    FakeDirector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        cloudConfig(CLOUD_CONFIG);
    }

    /// Replaces the cloud config; an empty text removes it.
    synchronized void cloudConfig(String content) {
        var key = "cloud\ndefault";
        configs.remove(key);
        if (!content.isEmpty()) {
            var config = new LinkedHashMap<String, Object>();
            config.put("id", String.valueOf(++nextConfig));
            config.put("type", "cloud");
            config.put("name", "default");
            config.put("content", content);
            configs.put(key, config);
        }
    }

    /// What instances have left behind.
    synchronized List<String> configsOfInstances() {
        return configs.keySet().stream()
                .filter(key -> !key.startsWith("cloud\n"))
                .toList();
    }

    /// As new. Brokers hold no state, so those that are running may go on.
    synchronized void reset() {
        tasks.clear();
        deployments.clear();
        configs.clear();
        cloudConfig(CLOUD_CONFIG);
        credentials.clear();
        certificates.clear();
        undrained.clear();
        twice = false;
        recreations.clear();
        dropReply = null;
        dropRequest = null;
        refusal = null;
        user = "admin";
        version = VERSION;
        down = false;
        trouble = null;
        failing = false;
    }

    @Override
    public void progress() {
        finishAll();
    }

    /// Tasks end by being told so, and wait otherwise.
    @Override
    public void hold() {}

    /// Its tasks wait from their beginning.
    @Override
    public void awaitCreation(String instance) {}

    @Override
    public synchronized void failing(boolean on) {
        failing = on;
    }

    @Override
    public URI credhubUrl() {
        return url();
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// The next request whose `METHOD path` matches takes effect, but its reply is lost.
    synchronized void dropReplyOf(Predicate<String> request) {
        dropReply = request;
    }

    /// The next request whose `METHOD path` matches is lost.
    synchronized void dropRequest(Predicate<String> request) {
        dropRequest = request;
    }

    /// The next POST of a deployment is refused with this description.
    synchronized void refuseDeploy(String description) {
        refusal = description;
    }

    /// When that many more requests have come, the next one is the sender's last: it dies before the request takes
    /// effect, or after.
    /// @param requests -1 for never
    synchronized void killAt(int requests, boolean before, Runnable kill) {
        killAfter = requests;
        killBefore = before;
        killer = kill;
    }

    /// The next deploy is taken twice, as when a request that was given up arrives after its repetition.
    synchronized void deployTwice() {
        twice = true;
    }

    synchronized int requestCount() {
        return requests.size();
    }

    synchronized void down(boolean isDown) {
        down = isDown;
    }

    synchronized void version(String text) {
        version = text;
    }

    synchronized void refuseCredentials(boolean refuse) {
        user = refuse ? null : "admin";
    }

    synchronized FakeTask only(String description) {
        var found = tasks.values().stream()
                .filter(task -> task.description.startsWith(description))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(
                    "expected one task '%s', not %d of %d".formatted(description, found.size(), tasks.size()));
        }
        return found.getFirst();
    }

    synchronized long count(String description) {
        return tasks.values().stream()
                .filter(task -> task.description.startsWith(description))
                .count();
    }

    synchronized long running() {
        return tasks.values().stream()
                .filter(task -> task.state.equals("processing"))
                .count();
    }

    /// Ends every running task well, in order, with an errand result where one belongs.
    synchronized void finishAll() {
        tasks.values().forEach(task -> {
            if (task.state.equals("processing")) {
                finish(task);
            }
        });
    }

    synchronized void finish(FakeTask task) {
        if (failing) {
            fail(task, "no capacity left");
            return;
        }
        if (task.description.startsWith("run errand") && task.results.isEmpty()) {
            errandResult(task, 0, "done", "");
        }
        task.effect.run();
        end(task, "done", null);
    }

    synchronized void fail(FakeTask task, String message) {
        task.events.append("{\"time\":1700000009,\"error\":{\"code\":400007,\"message\":\"%s\"}}\n".formatted(message));
        end(task, "error", message);
    }

    synchronized void errandResult(FakeTask task, int exitCode, String stdout, String stderr) {
        var line = new LinkedHashMap<String, Object>();
        line.put("instance", Map.of("group", "master", "id", "m-0"));
        line.put("errand_name", "apply-addons");
        line.put("exit_code", exitCode);
        line.put("stdout", stdout);
        line.put("stderr", stderr);
        task.results.append(BoshJson.MAPPER.writeValueAsString(line)).append('\n');
    }

    synchronized void event(
            FakeTask task, String stage, List<String> tags, String what, String state, Map<String, Object> data) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", 1_700_000_000 + task.events.toString().lines().count());
        line.put("stage", stage);
        line.put("tags", tags);
        line.put("total", 1);
        line.put("task", what);
        line.put("index", 1);
        line.put("state", state);
        line.put("progress", state.equals("started") ? 0 : 100);
        if (!data.isEmpty()) {
            line.put("data", data);
        }
        task.events.append(BoshJson.MAPPER.writeValueAsString(line)).append('\n');
    }

    private static void end(FakeTask task, String state, @Nullable String result) {
        task.state = state;
        task.result = result;
        task.timestamp = Instant.now().getEpochSecond();
    }

    // ---- serving

    private void handle(HttpExchange exchange) throws IOException {
        var method = exchange.getRequestMethod();
        var uri = exchange.getRequestURI();
        var line = method + " " + uri.getPath();
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Reply reply;
        Trouble mine;
        synchronized (this) {
            boolean troubled = trouble != null && trouble.request().test(line);
            mine = troubled ? trouble : null;
            trouble = troubled ? null : trouble;
        }
        if (mine != null && mine.kind() == Trouble.Kind.ARRIVES_LATE) {
            LockSupport.parkNanos(mine.delay().toNanos());
        }
        synchronized (this) {
            requests.add(line);
            boolean last = killAfter >= 0 && killAfter-- == 0;
            if (last && killBefore) {
                killer.run();
                exchange.close();
                return;
            }
            if (down || (dropRequest != null && dropRequest.test(line))) {
                dropRequest = null;
                exchange.close();
                return;
            }
            try {
                reply = answer(exchange, method, uri, body);
            } catch (RuntimeException e) {
                reply = new Reply(500, e.toString(), Map.of());
            }
            if (last) {
                killer.run();
                exchange.close();
                return;
            }
            if (dropReply != null && dropReply.test(line)) {
                dropReply = null;
                exchange.close();
                return;
            }
        }
        if (mine != null && mine.kind() == Trouble.Kind.ANSWERS_LATE) {
            LockSupport.parkNanos(mine.delay().toNanos());
        }
        send(exchange, mine != null && mine.answer() != null ? mine.answer() : reply);
    }

    /// What goes wrong with one request.
    record Trouble(
            Predicate<String> request,
            Kind kind,
            Duration delay,
            @Nullable Reply answer) {
        enum Kind {
            ARRIVES_LATE,
            ANSWERS_LATE,
            ANSWERS_NONSENSE
        }

        static Trouble late(Predicate<String> request, Kind kind, Duration delay) {
            return new Trouble(request, kind, delay, null);
        }

        /// It takes effect, but what comes back is this.
        static Trouble nonsense(Predicate<String> request, int status, String body) {
            return new Trouble(request, Kind.ANSWERS_NONSENSE, Duration.ZERO, new Reply(status, body, Map.of()));
        }
    }

    synchronized void trouble(Trouble next) {
        trouble = next;
    }

    record Reply(int status, String body, Map<String, String> headers) {}

    private static void send(HttpExchange exchange, Reply reply) {
        try (exchange) {
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Reply answer(HttpExchange exchange, String method, URI uri, String body) {
        var path = Arrays.stream(uri.getPath().substring(1).split("/")).toList();
        var query = query(uri.getRawQuery());
        var context = exchange.getRequestHeaders().getFirst("X-Bosh-Context-Id");
        return switch (path.getFirst()) {
            case "info" -> info();
            case "tasks" -> path.size() == 1 ? taskList(query) : task(path, query);
            case "task" -> cancel(Long.parseLong(path.get(1)));
            case "deployments" -> deployment(method, path, query, body, context == null ? "" : context);
            case "configs" -> config(method, query, body);
            case "api" -> credhub(method, path, query, body);
            default -> missing();
        };
    }

    private Reply info() {
        var info = new LinkedHashMap<String, @Nullable Object>();
        info.put("name", "test-director");
        info.put("uuid", "u");
        info.put("version", version);
        info.put("user", user);
        return json(200, info);
    }

    private Reply taskList(Map<String, String> query) {
        var states = query.containsKey("state") ? List.of(query.get("state").split(",")) : List.<String>of();
        var list = tasks.values().stream()
                .filter(task -> !query.containsKey("context_id") || task.contextId.equals(query.get("context_id")))
                .filter(task -> !query.containsKey("deployment") || task.deployment.equals(query.get("deployment")))
                .filter(task -> states.isEmpty() || states.contains(task.state))
                .sorted(Comparator.comparingLong((FakeTask task) -> task.id).reversed())
                .limit(Long.parseLong(query.getOrDefault("limit", "1000")))
                .map(FakeDirector::view)
                .toList();
        return json(200, list);
    }

    private Reply task(List<String> path, Map<String, String> query) {
        var task = tasks.get(Long.parseLong(path.get(1)));
        if (task == null) {
            return missing();
        }
        if (path.size() == 2) {
            return json(200, view(task));
        }
        var text =
                switch (query.getOrDefault("type", "debug")) {
                    case "event" -> task.events.toString();
                    case "debug" -> task.debug.toString();
                    default -> task.results.toString();
                };
        return new Reply(text.isEmpty() ? 204 : 200, text, Map.of());
    }

    private static Map<String, @Nullable Object> view(FakeTask task) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", task.id);
        view.put("state", task.state);
        view.put("description", task.description);
        view.put("timestamp", task.timestamp);
        view.put("started_at", 1_700_000_000);
        view.put("result", task.result);
        view.put("user", "admin");
        view.put("deployment", task.deployment);
        view.put("context_id", task.contextId);
        return view;
    }

    private Reply cancel(long id) {
        var task = tasks.get(id);
        if (task == null || !task.state.equals("processing")) {
            return new Reply(400, "Cannot cancel task", Map.of());
        }
        end(task, "cancelled", "task cancelled");
        return new Reply(204, "", Map.of());
    }

    private Reply deployment(String method, List<String> path, Map<String, String> query, String body, String context) {
        if (path.size() == 1) {
            if (method.equals("POST")) {
                undrained.add(query.getOrDefault("skip_drain", ""));
            }
            return method.equals("POST")
                    ? deploy(body, context)
                    : json(
                            200,
                            deployments.keySet().stream()
                                    .map(name -> Map.of("name", name))
                                    .toList());
        }
        var name = path.get(1);
        var deployment = deployments.get(name);
        if (deployment == null) {
            return json(404, Map.of("code", 70000, "description", "Deployment '%s' doesn't exist".formatted(name)));
        }
        if (path.size() == 2 && method.equals("DELETE")) {
            return started("delete deployment " + name, name, context, () -> {
                deployments.remove(name);
                certificates.delete("/test-director/%s/".formatted(name));
            });
        }
        if (path.size() == 2) {
            var view = new LinkedHashMap<String, @Nullable Object>();
            view.put("manifest", deployment.manifest);
            return json(200, view);
        }
        return switch (path.get(2)) {
            case "vms" ->
                json(
                        200,
                        List.of(
                                Map.of(
                                        "agent_id",
                                        "a",
                                        "cid",
                                        "c-1",
                                        "job",
                                        "master",
                                        "index",
                                        0,
                                        "id",
                                        "m-0",
                                        "ips",
                                        List.of("100.96.0.10")),
                                Map.of(
                                        "agent_id",
                                        "b",
                                        "cid",
                                        "c-2",
                                        "job",
                                        "worker",
                                        "index",
                                        0,
                                        "id",
                                        "w-0",
                                        "ips",
                                        List.of("100.96.0.11"))));
            case "errands" -> {
                var errand = path.get(3);
                yield started("run errand %s from deployment %s".formatted(errand, name), name, context, () -> {});
            }
            case "jobs" -> {
                recreations.add(name);
                yield started("create deployment", name, context, () -> {});
            }
            default -> missing();
        };
    }

    private Reply deploy(String manifest, String context) {
        if (refusal != null) {
            var description = refusal;
            refusal = null;
            return json(400, Map.of("code", 440001, "description", description));
        }
        Map<String, Object> content = new Yaml().load(manifest);
        var name = String.valueOf(content.get("name"));
        var deployment = deployments.computeIfAbsent(name, any -> new FakeDeployment());
        deployment.pending = manifest;
        certificates.deploy("/test-director/%s/".formatted(name));
        if (twice) {
            twice = false;
            deploy(manifest, context);
        }
        return started("create deployment", name, context, () -> {
            deployment.manifest = manifest;
            credentials.putIfAbsent("/test-director/%s/admin-password".formatted(name), "s3cret");
            credentials.putIfAbsent(
                    "/test-director/%s/tls".formatted(name),
                    Map.of("ca", "CA", "certificate", "CERT", "private_key", "KEY"));
        });
    }

    private Reply started(String description, String deployment, String context, Runnable effect) {
        var task = new FakeTask(nextTask++, description, deployment, context, effect);
        tasks.put(task.id, task);
        return new Reply(302, "", Map.of("Location", "/tasks/" + task.id));
    }

    private Reply config(String method, Map<String, String> query, String body) {
        if (method.equals("POST")) {
            Map<String, Object> request = BoshJson.MAPPER.readValue(body, new TypeReference<>() {});
            var key = request.get("type") + "\n" + request.get("name");
            var latest = configs.get(key);
            var latestId = latest == null ? "0" : String.valueOf(latest.get("id"));
            if (request.containsKey("expected_latest_id") && !latestId.equals(request.get("expected_latest_id"))) {
                return json(412, Map.of("latest_id", latestId, "description", "Latest Id: " + latestId));
            }
            if (latest == null || !request.get("content").equals(latest.get("content"))) {
                latest = new LinkedHashMap<>();
                latest.put("id", String.valueOf(++nextConfig));
                latest.put("type", request.get("type"));
                latest.put("name", request.get("name"));
                latest.put("content", request.get("content"));
                configs.put(key, latest);
            }
            return json(201, latest);
        }
        var matching = configs.entrySet().stream()
                .filter(entry -> !query.containsKey("type")
                        || query.get("type").equals(entry.getValue().get("type")))
                .filter(entry -> !query.containsKey("name")
                        || query.get("name").equals(entry.getValue().get("name")))
                .toList();
        if (method.equals("DELETE")) {
            matching.forEach(entry -> configs.remove(entry.getKey()));
            return matching.isEmpty() ? missing() : new Reply(204, "", Map.of());
        }
        return json(200, matching.stream().map(Map.Entry::getValue).toList());
    }

    private Reply credhub(String method, List<String> path, Map<String, String> query, String body) {
        if (!path.getLast().equals("data")) {
            return certificates(method, path, body);
        }
        if (method.equals("PUT")) {
            Map<String, Object> request = BoshJson.MAPPER.readValue(body, new TypeReference<>() {});
            credentials.put(String.valueOf(request.get("name")), request.get("value"));
            return json(200, request);
        }
        if (query.containsKey("path")) {
            var below = query.get("path") + "/";
            var names = Stream.concat(
                            credentials.keySet().stream().filter(name -> name.startsWith(below)),
                            certificates.below(below).stream())
                    .map(name -> Map.of("name", name))
                    .toList();
            return json(200, Map.of("credentials", names));
        }
        var name = query.getOrDefault("name", "");
        if (method.equals("DELETE")) {
            boolean removed = certificates.remove(name) | credentials.remove(name) != null;
            return removed ? new Reply(204, "", Map.of()) : missing();
        }
        var certificate = certificates.value(name);
        var value = certificate == null ? credentials.get(name) : certificate;
        return value == null
                ? json(404, Map.of("error", "not found"))
                : json(200, Map.of("data", List.of(Map.of("id", "1", "name", name, "value", value))));
    }

    private Reply certificates(String method, List<String> path, String body) {
        if (method.equals("GET")) {
            return json(200, certificates.list());
        }
        var request = BoshJson.MAPPER.readTree(body);
        if (path.getLast().equals("bulk-regenerate")) {
            certificates.regenerateSignedBy(request.path("signed_by").asString());
            return json(200, Map.of());
        }
        var name = certificates.named(path.get(3));
        if (name.isEmpty()) {
            return json(404, Map.of("error", "not found"));
        }
        if (path.getLast().equals("regenerate")) {
            return certificates.regenerate(
                            name.get(), request.path("set_as_transitional").asBoolean())
                    ? json(200, Map.of())
                    : json(400, Map.of("error", "The maximum number of transitional versions for a given CA is 1."));
        }
        certificates.transitional(name.get(), request.path("version").asString(""));
        return json(200, Map.of());
    }

    private static Reply missing() {
        return json(404, Map.of("code", 10000, "description", "not found"));
    }

    private static Reply json(int status, Object body) {
        return new Reply(status, BoshJson.MAPPER.writeValueAsString(body), Map.of("Content-Type", "application/json"));
    }

    private static Map<String, String> query(@Nullable String raw) {
        var values = new LinkedHashMap<String, String>();
        if (raw != null) {
            for (var pair : raw.split("&")) {
                var parts = pair.split("=", 2);
                values.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
