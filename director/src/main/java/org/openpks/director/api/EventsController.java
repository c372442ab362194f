package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.openpks.director.access.Caller;
import org.openpks.director.event.Events;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.Tasks;
import org.openpks.kernel.Fault;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What happened, and who holds what.
@RestController
class EventsController {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LOCK_SECONDS = 30;

    private final Events events;
    private final Tasks tasks;

    EventsController(Events events, Tasks tasks) {
        this.events = events;
        this.tasks = tasks;
    }

    @GetMapping("/events")
    List<Map<String, Object>> list(HttpServletRequest request) {
        var fields = new EnumMap<Events.Query.Field, String>(Events.Query.Field.class);
        for (var field : Events.Query.Field.values()) {
            Optional.ofNullable(request.getParameter(field.name().toLowerCase(Locale.ROOT)))
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> fields.put(field, text));
        }
        var query = new Events.Query(
                number(request, "before_id"), time(request, "before_time"), time(request, "after_time"), fields);
        return events.find(query).stream().map(EventsController::view).toList();
    }

    private static OptionalLong number(HttpServletRequest request, String name) {
        var text = request.getParameter(name);
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.matches("\\d{1,18}")) {
            throw new Fault(DirectorFault.VALUE_INVALID, "The parameter '" + name + "' is not a number.");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    /// Seconds since 1970, RFC 3339, or the form in which `bosh events` shows times.
    private static OptionalLong time(HttpServletRequest request, String name) {
        var text = request.getParameter(name);
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (text.matches("\\d{1,18}")) {
            return OptionalLong.of(Long.parseLong(text));
        }
        try {
            return OptionalLong.of(OffsetDateTime.parse(text).toEpochSecond());
        } catch (DateTimeParseException e) {
            try {
                var plain = text.replaceAll(" (UTC|\\+0000)$", "");
                return OptionalLong.of(LocalDateTime.parse(plain, DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"))
                        .toEpochSecond(ZoneOffset.UTC));
            } catch (DateTimeParseException again) {
                throw new Fault(DirectorFault.VALUE_INVALID, "The parameter '" + name + "' is not a time.");
            }
        }
    }

    private static Map<String, Object> view(Events.Event event) {
        var entry = event.entry();
        var view = new LinkedHashMap<String, Object>();
        view.put("id", Long.toString(event.id()));
        entry.parent().ifPresent(parent -> view.put("parent_id", Long.toString(parent)));
        view.put("timestamp", event.timestamp());
        view.put("user", entry.user());
        view.put("action", entry.action());
        view.put("object_type", entry.objectType());
        view.put("object_name", entry.objectName());
        entry.error().ifPresent(error -> view.put("error", error));
        entry.task().ifPresent(task -> view.put("task", Long.toString(task)));
        entry.deployment().ifPresent(deployment -> view.put("deployment", deployment));
        entry.instance().ifPresent(instance -> view.put("instance", instance));
        view.put("context", entry.context());
        return view;
    }

    @GetMapping("/events/{id}")
    ResponseEntity<Object> get(@PathVariable String id) {
        var event = id.matches("\\d{1,18}") ? events.find(Long.parseLong(id)) : Optional.<Events.Event>empty();
        return event.<ResponseEntity<Object>>map(found -> ResponseEntity.ok(view(found)))
                .orElseGet(() -> ResponseEntity.status(404)
                        .contentType(MediaType.TEXT_PLAIN)
                        .body("Event not found"));
    }

    @PostMapping(path = "/events", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> record(HttpServletRequest request) throws IOException {
        var body = Bodies.json(request);
        for (var field : List.of("action", "object_type", "object_name")) {
            if (Bodies.string(body, field).isEmpty()) {
                throw new Fault(DirectorFault.FIELD_MISSING, "'" + field + "' is required");
            }
        }
        events.record(new Events.Entry(
                OptionalLong.empty(),
                Caller.of(request),
                Bodies.string(body, "action"),
                Bodies.string(body, "object_type"),
                Bodies.string(body, "object_name"),
                optional(Bodies.string(body, "error")),
                OptionalLong.empty(),
                optional(Bodies.string(body, "deployment")),
                optional(Bodies.string(body, "instance")),
                body.path("context").isObject()
                        ? JSON.convertValue(body.path("context"), new TypeReference<Map<String, Object>>() {})
                        : Map.of()));
        return ResponseEntity.ok().build();
    }

    private static Optional<String> optional(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /// A lock's `timeout` tells when it would end were it not renewed; ours are renewed as long as the task's
    /// director lives.
    @GetMapping("/locks")
    List<Map<String, Object>> locks() {
        return tasks.locks().stream()
                .map(lock -> {
                    int colon = lock.name().indexOf(':');
                    var view = new LinkedHashMap<String, Object>();
                    view.put("type", colon < 0 ? "deployment" : lock.name().substring(0, colon));
                    view.put("resource", List.of(lock.name().substring(colon + 1)));
                    view.put("timeout", (Instant.now().getEpochSecond() + LOCK_SECONDS) + ".0");
                    view.put("task_id", Long.toString(lock.taskId()));
                    return (Map<String, Object>) view;
                })
                .toList();
    }
}
