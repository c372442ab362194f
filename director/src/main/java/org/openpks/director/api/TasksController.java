package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.TaskOutput;
import org.openpks.director.task.TaskState;
import org.openpks.director.task.Tasks;
import org.openpks.kernel.Fault;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

@RestController
class TasksController {

    /// What `verbose=1` shows: the work that changes something.
    private static final Set<String> CHANGING = Set.of(
            "attach_disk",
            "create_snapshot",
            "delete_deployment",
            "delete_release",
            "delete_snapshot",
            "delete_stemcell",
            "run_errand",
            "snapshot_deployment",
            "update_instance",
            "update_deployment",
            "update_release",
            "update_stemcell",
            "export_release");

    private final Tasks tasks;
    private final TaskOutput output;

    TasksController(Tasks tasks, TaskOutput output) {
        this.tasks = tasks;
        this.output = output;
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record TaskView(
            long id,
            String state,
            String description,
            @Nullable Long timestamp,
            @Nullable Long startedAt,
            @Nullable String result,
            String user,
            @Nullable String deployment,
            String contextId) {

        static TaskView of(Tasks.Task task) {
            return new TaskView(
                    task.id(),
                    task.state().word(),
                    task.description(),
                    task.timestamp().orElse(null),
                    task.startedAt().orElse(null),
                    task.result().orElse(null),
                    task.user(),
                    task.deployment().orElse(null),
                    task.contextId().orElse(""));
        }
    }

    @GetMapping("/tasks")
    List<TaskView> list(
            @RequestParam Optional<String> state,
            @RequestParam(defaultValue = "1") String verbose,
            @RequestParam Optional<String> deployment,
            @RequestParam(name = "context_id") Optional<String> contextId,
            @RequestParam Optional<Integer> limit) {
        var states = new LinkedHashSet<TaskState>();
        state.filter(text -> !text.isEmpty()).ifPresent(text -> Arrays.stream(text.split(","))
                .map(String::strip)
                .map(word -> TaskState.of(word).orElseThrow(() -> noSuchState(word)))
                .forEach(states::add));
        var query = new Tasks.Query(
                states,
                verbose.equals("2") ? Set.of() : CHANGING,
                deployment.filter(text -> !text.isEmpty()),
                contextId.filter(text -> !text.isEmpty()),
                limit.map(count -> Math.max(1, count)));
        return tasks.find(query).stream().map(TaskView::of).toList();
    }

    private static Fault noSuchState(String word) {
        return new Fault(DirectorFault.VALUE_INVALID, "There is no task state '" + word + "'.");
    }

    @GetMapping("/tasks/{id}")
    TaskView get(@PathVariable String id) {
        return TaskView.of(task(id));
    }

    @GetMapping("/tasks/{id}/output")
    void output(
            @PathVariable String id,
            @RequestParam(defaultValue = "debug") String type,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var task = task(id);
        var kind =
                switch (type) {
                    case "event" -> Optional.of(TaskOutput.Kind.EVENT);
                    case "result" -> Optional.of(TaskOutput.Kind.RESULT);
                    case "debug", "cpi" -> Optional.of(TaskOutput.Kind.DEBUG);
                    default -> Optional.<TaskOutput.Kind>empty();
                };
        var file = kind.map(which -> output.file(task.id(), which)).filter(Files::exists);
        if (file.isEmpty()) {
            response.setStatus(204);
            return;
        }
        send(file.get(), request.getHeader("Range"), response);
    }

    private static void send(Path file, @Nullable String range, HttpServletResponse response) throws IOException {
        try (var channel = FileChannel.open(file)) {
            long size = channel.size();
            response.setContentType("text/plain;charset=utf-8");
            response.setHeader("Accept-Ranges", "bytes");
            long first = 0;
            long length = size;
            switch (ByteRange.of(range, size)) {
                case ByteRange.Whole() -> response.setStatus(200);
                case ByteRange.Part(long from, long to) -> {
                    response.setStatus(206);
                    response.setHeader("Content-Range", "bytes " + from + "-" + to + "/" + size);
                    first = from;
                    length = to - from + 1;
                }
                case ByteRange.Outside() -> {
                    response.setStatus(size == 0 ? 200 : 416);
                    if (size > 0) {
                        response.setHeader("Content-Range", "bytes */" + size);
                    }
                    length = 0;
                }
            }
            response.setContentLengthLong(length);
            var out = Channels.newChannel(response.getOutputStream());
            for (long sent = 0; sent < length; ) {
                sent += channel.transferTo(first + sent, length - sent, out);
            }
        }
    }

    @DeleteMapping("/task/{id}")
    ResponseEntity<String> cancel(@PathVariable String id) {
        var task = task(id);
        return tasks.cancel(task.id())
                .map(state -> refused(task.id(), state))
                .orElseGet(() -> ResponseEntity.noContent().build());
    }

    private static ResponseEntity<String> refused(long id, TaskState state) {
        return ResponseEntity.badRequest()
                .contentType(MediaType.TEXT_PLAIN)
                .body("Cannot cancel task " + id + ": invalid state (" + state.word() + ")");
    }

    @PostMapping(path = "/tasks/cancel", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<String> cancelMany(HttpServletRequest request) throws IOException {
        var body = Bodies.json(request);
        var states = EnumSet.noneOf(TaskState.class);
        body.path("states")
                .forEach(node -> states.add(TaskState.of(node.asString(""))
                        .orElseThrow(() -> noSuchState(node.asString("").toLowerCase(Locale.ROOT)))));
        if (states.isEmpty()) {
            states.add(TaskState.QUEUED);
        }
        for (var state : states) {
            if (state != TaskState.QUEUED && state != TaskState.PROCESSING) {
                return ResponseEntity.badRequest()
                        .contentType(MediaType.TEXT_PLAIN)
                        .body("Cannot cancel tasks in state " + state.word());
            }
        }
        var types = new LinkedHashSet<String>();
        body.path("types").forEach(node -> types.add(node.asString("")));
        var deployment = Optional.of(Bodies.string(body, "deployment")).filter(text -> !text.isEmpty());
        // A task that ends meanwhile needs no cancelling any more.
        tasks.find(new Tasks.Query(states, types, deployment, Optional.empty(), Optional.empty()))
                .forEach(task -> tasks.cancel(task.id()));
        return ResponseEntity.noContent().build();
    }

    private Tasks.Task task(String id) {
        var number = id.matches("\\d{1,18}") ? Optional.of(Long.parseLong(id)) : Optional.<Long>empty();
        return number.flatMap(tasks::find)
                .orElseThrow(() -> new Fault(DirectorFault.TASK_UNKNOWN, "Task " + ApiErrors.shown(id) + " not found"));
    }
}
