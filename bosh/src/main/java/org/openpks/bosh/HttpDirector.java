package org.openpks.bosh;

import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/// A Director over HTTP.
public final class HttpDirector implements Director {

    private static final Pattern TASK_LOCATION = Pattern.compile("/tasks/(\\d+)(?:[/?#].*)?$");
    private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(30);
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final BoshHttp http;

    /// @param http follows no redirects and trusts the Director; see [org.openpks.kernel.TlsClients]
    /// @param base `https://HOST:25555`
    public HttpDirector(HttpClient http, URI base, Authorization authorization) {
        this(http, base, authorization, BoshHttp.PATIENCE);
    }

    /// @param patience how long one answer may take; uploads have their own time
    public HttpDirector(HttpClient http, URI base, Authorization authorization, Duration patience) {
        this.http = new BoshHttp("BOSH Director", http, base, authorization, patience);
    }

    @Override
    public Info info() {
        return http.read(get("/info"), new TypeReference<Info>() {});
    }

    @Override
    public Task task(long id) {
        return http.read(get("/tasks/" + id), new TypeReference<Task>() {});
    }

    @Override
    public List<Task> tasksOfContext(String contextId) {
        var query = BoshHttp.query(new LinkedHashMap<>(Map.of("context_id", contextId)));
        return http.read(get("/tasks" + query), new TypeReference<List<Task>>() {});
    }

    @Override
    public List<Task> tasksOfDeployment(String deployment, int limit, Task.State... states) {
        var query = new LinkedHashMap<String, String>();
        query.put("deployment", deployment);
        query.put("verbose", "1");
        query.put("limit", Integer.toString(limit));
        if (states.length > 0) {
            query.put("state", Arrays.stream(states).map(Task.State::text).collect(Collectors.joining(",")));
        }
        return http.read(get("/tasks" + BoshHttp.query(query)), new TypeReference<List<Task>>() {});
    }

    @Override
    public String output(long taskId, Output type, long fromByte) {
        var path = "/tasks/%d/output?type=%s".formatted(taskId, type.name().toLowerCase(Locale.ROOT));
        var response = http.repeatable(
                path,
                request -> fromByte > 0
                        ? request.header("Range", "bytes=" + fromByte + "-").GET()
                        : request.GET());
        return switch (response.statusCode()) {
            case 204, RANGE_NOT_SATISFIABLE -> "";
            case PARTIAL_CONTENT -> response.body();
            // A Director that ignores Range sends everything.
            case 200 -> fromByte == 0 ? response.body() : "";
            default -> throw http.fault(response);
        };
    }

    @Override
    public List<TaskEvent> events(long taskId) {
        return lines(output(taskId, Output.EVENT, 0), new TypeReference<TaskEvent>() {});
    }

    @Override
    public List<ErrandResult> errandResults(long taskId) {
        return lines(output(taskId, Output.RESULT, 0), new TypeReference<ErrandResult>() {});
    }

    @Override
    public void cancel(long taskId) {
        var response = http.repeatable("/task/" + taskId, HttpRequest.Builder::DELETE);
        // 400: it ended before it could be cancelled.
        http.expect(response, 200, 204, 400);
    }

    @Override
    public List<Deployment> deployments() {
        return http.read(
                get("/deployments?exclude_configs=true&exclude_lock=true"), new TypeReference<List<Deployment>>() {});
    }

    @Override
    public Optional<DeployedManifest> deployment(String name) {
        var response = http.repeatable("/deployments/" + BoshHttp.encode(name), HttpRequest.Builder::GET);
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        var manifest = http.tree(http.expect(response, 200)).path("manifest");
        if (manifest.isMissingNode()) {
            // Null until something was deployed, but always there: this is no Director's answer.
            throw http.unreadable(response);
        }
        var text = manifest.isString() ? manifest.asString() : "";
        return Optional.of(new DeployedManifest(text.isBlank() ? Optional.empty() : Optional.of(text)));
    }

    @Override
    public long deploy(String manifest, List<String> undrained, Optional<String> contextId) {
        var query = undrained.isEmpty()
                ? ""
                : BoshHttp.query(new LinkedHashMap<>(Map.of("skip_drain", String.join(",", undrained))));
        return started(http.once(
                "/deployments" + query, context(contextId, request -> request.header("Content-Type", "text/yaml")
                        .POST(HttpRequest.BodyPublishers.ofString(manifest)))));
    }

    @Override
    public OptionalLong delete(String deployment, boolean force, Optional<String> contextId) {
        var path = "/deployments/" + BoshHttp.encode(deployment) + (force ? "?force=true" : "");
        var response = http.once(path, context(contextId, HttpRequest.Builder::DELETE));
        return response.statusCode() == 404 ? OptionalLong.empty() : OptionalLong.of(started(response));
    }

    @Override
    public List<Vm> vms(String deployment) {
        return http.read(get("/deployments/" + BoshHttp.encode(deployment) + "/vms"), new TypeReference<List<Vm>>() {});
    }

    @Override
    public List<String> variables(String deployment) {
        return names(get("/deployments/" + BoshHttp.encode(deployment) + "/variables"));
    }

    @Override
    public List<String> errands(String deployment) {
        return names(get("/deployments/" + BoshHttp.encode(deployment) + "/errands"));
    }

    @Override
    public long runErrand(String deployment, String errand, List<String> instances, Optional<String> contextId) {
        var body = new LinkedHashMap<String, Object>();
        body.put("keep-alive", false);
        body.put("when-changed", false);
        body.put(
                "instances",
                instances.stream().map(HttpDirector::instanceFilter).toList());
        var path = "/deployments/%s/errands/%s/runs".formatted(BoshHttp.encode(deployment), BoshHttp.encode(errand));
        return started(http.once(path, context(contextId, jsonPost(body))));
    }

    @Override
    public long recreate(String deployment, Optional<String> contextId) {
        var path = "/deployments/%s/jobs/*?state=recreate&fix=true".formatted(BoshHttp.encode(deployment));
        return started(http.once(path, context(contextId, request -> request.header("Content-Type", "text/yaml")
                .PUT(HttpRequest.BodyPublishers.noBody()))));
    }

    @Override
    public List<Config> configs(Optional<String> type, Optional<String> name) {
        var query = new LinkedHashMap<String, String>();
        type.ifPresent(value -> query.put("type", value));
        name.ifPresent(value -> query.put("name", value));
        query.put("latest", "true");
        return http.read(get("/configs" + BoshHttp.query(query)), new TypeReference<List<Config>>() {});
    }

    @Override
    public Optional<Config> config(String type, String name) {
        return configs(Optional.of(type), Optional.of(name)).stream()
                .filter(config -> config.name().equals(name) && config.type().equals(type))
                .findFirst();
    }

    @Override
    public Config putConfig(String type, String name, String content, Optional<String> expectedLatestId) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", type);
        body.put("name", name);
        body.put("content", content);
        expectedLatestId.ifPresent(id -> body.put("expected_latest_id", id));
        // Equal content makes no new version, so this could be repeated; but with an expected id a repetition after
        // a lost answer would be refused as stale. The caller reads again in that case.
        var response = expectedLatestId.isPresent()
                ? http.once("/configs", jsonPost(body))
                : http.repeatable("/configs", jsonPost(body));
        return http.read(http.expect(response, 200, 201), new TypeReference<Config>() {});
    }

    @Override
    public void deleteConfig(String type, String name) {
        var query = new LinkedHashMap<String, String>();
        query.put("type", type);
        query.put("name", name);
        http.expect(http.repeatable("/configs" + BoshHttp.query(query), HttpRequest.Builder::DELETE), 200, 204, 404);
    }

    @Override
    public Optional<String> cloudConfig(String name) {
        return config("cloud", name).map(Config::content);
    }

    @Override
    public void updateCloudConfig(String name, String content) {
        putConfig("cloud", name, content, Optional.empty());
    }

    @Override
    public List<Release> releases() {
        return http.read(get("/releases"), new TypeReference<List<Release>>() {});
    }

    @Override
    public long uploadRelease(Path tarball) {
        return upload("/releases", tarball);
    }

    @Override
    public long uploadRelease(String location, Optional<String> sha1) {
        return upload("/releases", location, sha1);
    }

    @Override
    public List<Stemcell> stemcells() {
        return http.read(get("/stemcells"), new TypeReference<List<Stemcell>>() {});
    }

    @Override
    public long uploadStemcell(Path tarball) {
        return upload("/stemcells", tarball);
    }

    @Override
    public long uploadStemcell(String location, Optional<String> sha1) {
        return upload("/stemcells", location, sha1);
    }

    private long upload(String path, Path tarball) {
        HttpRequest.BodyPublisher body;
        try {
            body = HttpRequest.BodyPublishers.ofFile(tarball);
        } catch (FileNotFoundException e) {
            throw new IllegalArgumentException("there is no file " + tarball, e);
        }
        return started(
                http.once(path, UPLOAD_TIMEOUT, request -> request.header("Content-Type", "application/x-compressed")
                        .POST(body)));
    }

    private long upload(String path, String location, Optional<String> sha1) {
        var body = new LinkedHashMap<String, Object>();
        body.put("location", location);
        sha1.ifPresent(digest -> body.put("sha1", digest));
        return started(http.once(path, jsonPost(body)));
    }

    private HttpResponse<String> get(String path) {
        return http.expect(http.repeatable(path, HttpRequest.Builder::GET), 200);
    }

    /// The Director answers everything that takes time with a redirect to the task.
    private long started(HttpResponse<String> response) {
        http.expect(response, 302);
        var location = response.headers().firstValue("Location").orElse("");
        var matcher = TASK_LOCATION.matcher(location);
        if (!matcher.find()) {
            throw http.unreadable(response);
        }
        return Long.parseLong(matcher.group(1));
    }

    private List<String> names(HttpResponse<String> response) {
        var names = new ArrayList<String>();
        http.tree(response).forEach(item -> names.add(item.path("name").asString("")));
        return names;
    }

    private static Map<String, Object> instanceFilter(String instance) {
        int slash = instance.indexOf('/');
        var filter = new LinkedHashMap<String, Object>();
        filter.put("group", slash < 0 ? instance : instance.substring(0, slash));
        if (slash >= 0) {
            filter.put("id", instance.substring(slash + 1));
        }
        return filter;
    }

    private static UnaryOperator<HttpRequest.Builder> jsonPost(Object body) {
        var text = BoshJson.MAPPER.writeValueAsString(body);
        return request ->
                request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(text));
    }

    private static UnaryOperator<HttpRequest.Builder> context(
            Optional<String> contextId, UnaryOperator<HttpRequest.Builder> what) {
        return request -> {
            contextId.ifPresent(id -> request.header("X-Bosh-Context-Id", id));
            return what.apply(request);
        };
    }

    /// Only complete lines count: the last one may still be on its way.
    private static <T> List<T> lines(String text, TypeReference<T> type) {
        var values = new ArrayList<T>();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            parse(text.substring(from, end), type).ifPresent(values::add);
            from = end + 1;
        }
        if (from < text.length()) {
            parse(text.substring(from), type).ifPresent(values::add);
        }
        return values;
    }

    private static <T> Optional<T> parse(String line, TypeReference<T> type) {
        if (!line.strip().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(BoshJson.MAPPER.readValue(line, type));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /// True for a fault that says: we do not know whether the Director acted.
    public static boolean outcomeUnknown(Fault fault) {
        return fault.code() == BoshFault.UNREACHABLE || fault.code() == BoshFault.FAILED;
    }
}
