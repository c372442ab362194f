package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Optional;
import org.openpks.director.access.Caller;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.Tasks;
import org.openpks.kernel.Fault;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Accepts long work: stores the task and sends the caller to it.
@Component
class Submissions {

    private static final int CONTEXT_ID_LENGTH = 64;

    private final Tasks tasks;

    Submissions(Tasks tasks) {
        this.tasks = tasks;
    }

    /// A task of a deployment, in line with the deployment's other tasks, with the caller's context id.
    ResponseEntity<Void> forDeployment(
            HttpServletRequest request, String deployment, String type, String description, JsonNode arguments) {
        return submit(new Tasks.Request(
                type,
                description,
                Caller.of(request),
                Optional.of(deployment),
                contextId(request),
                Optional.of(deployment),
                arguments));
    }

    /// The id under which the caller wants to find its task again; a longer one than fits is refused.
    Optional<String> contextId(HttpServletRequest request) {
        var context =
                Optional.ofNullable(request.getHeader("X-Bosh-Context-Id")).filter(id -> !id.isEmpty());
        if (context.isPresent() && context.get().length() > CONTEXT_ID_LENGTH) {
            throw new Fault(
                    DirectorFault.CONTEXT_ID_TOO_LONG,
                    "X-Bosh-Context-Id has more than " + CONTEXT_ID_LENGTH + " characters.");
        }
        return context;
    }

    /// A task that only looks at a deployment, and waits for nobody.
    ResponseEntity<Void> aboutDeployment(
            HttpServletRequest request, String deployment, String type, String description, JsonNode arguments) {
        return submit(new Tasks.Request(
                type,
                description,
                Caller.of(request),
                Optional.of(deployment),
                Optional.empty(),
                Optional.empty(),
                arguments));
    }

    /// A task that belongs to no deployment. The lock's name has a colon, so that no deployment has it.
    ResponseEntity<Void> general(
            HttpServletRequest request, String lock, String type, String description, JsonNode arguments) {
        return submit(new Tasks.Request(
                type,
                description,
                Caller.of(request),
                Optional.empty(),
                Optional.empty(),
                Optional.of(lock),
                arguments));
    }

    private ResponseEntity<Void> submit(Tasks.Request request) {
        return ResponseEntity.status(302)
                .location(URI.create("/tasks/" + tasks.enqueue(request)))
                .build();
    }
}
