package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.director.access.Caller;
import org.openpks.director.config.Configs;
import org.openpks.director.config.Configs.Config;
import org.openpks.director.event.Events;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/// Configurations, and the older views of the cloud, runtime and CPI ones.
@RestController
class ConfigsController {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final Configs configs;
    private final Events events;

    ConfigsController(Configs configs, Events events) {
        this.configs = configs;
        this.events = events;
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ConfigView(
            String content,
            String id,
            String type,
            String name,
            @Nullable String team,
            String createdAt,
            boolean current) {}

    private ConfigView view(Config config) {
        var newest = newest(config.type(), config.name()).map(Config::id);
        return new ConfigView(
                config.content(),
                Long.toString(config.id()),
                config.type(),
                config.name(),
                null,
                TIME.format(config.createdAt()),
                newest.equals(Optional.of(config.id())));
    }

    private Optional<Config> newest(String type, String name) {
        return configs.find(Optional.of(type), Optional.of(name), 1).stream().findFirst();
    }

    @GetMapping("/configs")
    List<ConfigView> list(
            @RequestParam Optional<String> type,
            @RequestParam Optional<String> name,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> latest) {
        int most = limit.filter(text -> !text.isEmpty())
                .map(ConfigsController::limit)
                .orElse(latest.filter("false"::equals).isPresent() ? Integer.MAX_VALUE : 1);
        return configs.find(type.filter(text -> !text.isEmpty()), name.filter(text -> !text.isEmpty()), most).stream()
                .map(this::view)
                .toList();
    }

    private static int limit(String text) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new Fault(DirectorFault.CONFIG_REQUEST_INVALID, "'limit' must be a number above 0");
        }
        return Integer.parseInt(text);
    }

    @GetMapping("/configs/{id}")
    ConfigView get(@PathVariable String id) {
        return find(id).map(this::view).orElseThrow(() -> unknown(id));
    }

    private Optional<Config> find(String id) {
        return id.matches("\\d{1,18}") ? configs.find(Long.parseLong(id)) : Optional.empty();
    }

    private static Fault unknown(String id) {
        return new Fault(DirectorFault.CONFIG_UNKNOWN, "Config " + ApiErrors.shown(id) + " not found");
    }

    @PostMapping(path = "/configs", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> put(HttpServletRequest request) throws IOException {
        var body = Bodies.json(request);
        var type = required(body, "type");
        var name = required(body, "name");
        var content = required(body, "content");
        check(content);
        var expected = body.path("expected_latest_id").asString("");
        var stored = expected.isEmpty()
                ? Optional.of(configs.put(type, name, content))
                : replaced(type, name, content, expected);
        if (stored.isEmpty()) {
            return stale(type, name, expected);
        }
        events.record(Events.Entry.of(Caller.of(request), "create", "config/" + type, name));
        return ResponseEntity.status(201).body(view(stored.get()));
    }

    private Optional<Config> replaced(String type, String name, String content, String expected) {
        return expected.matches("\\d{1,18}")
                ? configs.replace(type, name, content, Long.parseLong(expected))
                : Optional.empty();
    }

    private ResponseEntity<Object> stale(String type, String name, String expected) {
        var latest =
                newest(type, name).map(config -> Long.toString(config.id())).orElse("0");
        var refusal = new LinkedHashMap<String, Object>();
        refusal.put("latest_id", latest);
        refusal.put("expected_latest_id", expected);
        refusal.put(
                "description",
                "Config update rejected: its latest id is '" + latest + "', and '" + expected + "' was expected.");
        return ResponseEntity.status(412)
                .contentType(MediaType.APPLICATION_JSON)
                .body(refusal);
    }

    private static String required(JsonNode body, String field) {
        var node = body.path(field);
        if (!node.isString()) {
            throw new Fault(
                    DirectorFault.CONFIG_REQUEST_INVALID,
                    node.isMissingNode() ? "'" + field + "' is required" : "'" + field + "' must be a string");
        }
        if (!field.equals("content")
                && (node.asString().isEmpty() || node.asString().length() > 255)) {
            throw new Fault(DirectorFault.CONFIG_REQUEST_INVALID, "'" + field + "' must have 1 to 255 characters");
        }
        return node.asString();
    }

    private static Map<String, Object> check(String content) {
        if (content.isBlank()) {
            throw new Fault(DirectorFault.CONFIG_INVALID, "The config has no content");
        }
        return Bodies.yaml(content);
    }

    @PostMapping(path = "/configs/diff", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> diff(HttpServletRequest request) throws IOException {
        var body = Bodies.json(request);
        var answer = new LinkedHashMap<String, Object>();
        try {
            if (body.has("from") || body.has("to")) {
                answer.put("diff", DiffView.of(side(body.path("from")), side(body.path("to")), false));
            } else {
                var current = newest(required(body, "type"), required(body, "name"));
                answer.put("diff", difference(current, required(body, "content")));
                answer.put(
                        "from",
                        Map.of(
                                "id",
                                current.map(config -> Long.toString(config.id()))
                                        .orElse("0")));
            }
            return ResponseEntity.ok(answer);
        } catch (Fault fault) {
            if (fault.code() == DirectorFault.CONFIG_UNKNOWN || fault.code() == DirectorFault.CONFIG_REQUEST_INVALID) {
                throw fault;
            }
            return badDiff(fault);
        }
    }

    private static ResponseEntity<Object> badDiff(Fault fault) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("diff", List.of());
        answer.put("error", "Unable to diff config content: " + fault.userMessage());
        return ResponseEntity.badRequest().body(answer);
    }

    private Map<String, Object> side(JsonNode side) {
        if (side.has("id")) {
            var id = side.path("id").asString("");
            return Bodies.yaml(find(id).orElseThrow(() -> unknown(id)).content());
        }
        return Bodies.yaml(required(side, "content"));
    }

    private static Object difference(Optional<Config> current, String content) {
        return DiffView.of(Bodies.yaml(current.map(Config::content).orElse("")), check(content), false);
    }

    @DeleteMapping("/configs")
    ResponseEntity<Void> delete(@RequestParam Optional<String> type, @RequestParam Optional<String> name) {
        for (var parameter : Map.of("type", type, "name", name).entrySet()) {
            if (parameter.getValue().filter(text -> !text.isEmpty()).isEmpty()) {
                throw new Fault(DirectorFault.CONFIG_REQUEST_INVALID, "'" + parameter.getKey() + "' is required");
            }
        }
        return ResponseEntity.status(configs.delete(type.orElseThrow(), name.orElseThrow()) ? 204 : 404)
                .build();
    }

    @DeleteMapping("/configs/{id}")
    ResponseEntity<Void> delete(@PathVariable String id) {
        return ResponseEntity.status(
                        find(id).filter(config -> configs.delete(config.id())).isPresent() ? 204 : 404)
                .build();
    }

    // ---- one type each, as clients did it before there were configs of any type

    private record Legacy(String type, String action) {}

    private static Legacy legacy(HttpServletRequest request) {
        var path = request.getRequestURI();
        if (path.startsWith("/cloud_configs")) {
            return new Legacy("cloud", "cloud-config");
        }
        return path.startsWith("/runtime_configs")
                ? new Legacy("runtime", "runtime-config")
                : new Legacy("cpi", "cpi-config");
    }

    @GetMapping({"/cloud_configs", "/runtime_configs", "/cpi_configs"})
    List<Map<String, String>> legacyList(
            HttpServletRequest request,
            @RequestParam Optional<String> limit,
            @RequestParam(defaultValue = "default") String name) {
        if (limit.filter(text -> !text.isEmpty()).isEmpty()) {
            throw new Fault(DirectorFault.CONFIG_REQUEST_INVALID, "'limit' is required");
        }
        return configs
                .find(Optional.of(legacy(request).type()), Optional.of(orDefault(name)), limit(limit.orElseThrow()))
                .stream()
                .map(config -> {
                    var view = new LinkedHashMap<String, String>();
                    view.put("properties", config.content());
                    view.put("created_at", TIME.format(config.createdAt()));
                    return (Map<String, String>) view;
                })
                .toList();
    }

    @PostMapping(
            path = {"/cloud_configs", "/runtime_configs", "/cpi_configs"},
            consumes = "text/yaml")
    ResponseEntity<Void> legacyPut(HttpServletRequest request, @RequestParam(defaultValue = "default") String name)
            throws IOException {
        var content = Bodies.text(request);
        check(content);
        var kind = legacy(request);
        configs.put(kind.type(), orDefault(name), content);
        events.record(Events.Entry.of(Caller.of(request), "update", kind.action(), orDefault(name)));
        return ResponseEntity.status(201).build();
    }

    @PostMapping(
            path = {"/cloud_configs/diff", "/runtime_configs/diff", "/cpi_configs/diff"},
            consumes = "text/yaml")
    ResponseEntity<Object> legacyDiff(HttpServletRequest request, @RequestParam(defaultValue = "default") String name)
            throws IOException {
        var content = Bodies.text(request);
        try {
            return ResponseEntity.ok(
                    Map.of("diff", difference(newest(legacy(request).type(), orDefault(name)), content)));
        } catch (Fault fault) {
            return badDiff(fault);
        }
    }

    private static String orDefault(String name) {
        return name.isEmpty() ? "default" : name;
    }
}
