package org.openpks.broker.instance;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sentences for operations that failed: who to ask, what failed, and what to do next.
public final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private final String service;
    private final boolean expose;

    /// @param expose whether the cause is told, or only logged
    public Failures(String service, boolean expose) {
        this.service = service;
        this.expose = expose;
    }

    /// The text of a request or operation that failed.
    /// @param task 0 when there is none
    public String text(String instanceId, long task, String operation, String cause) {
        var request = UUID.randomUUID();
        log.atWarn()
                .addKeyValue("instance", instanceId)
                .addKeyValue("request", request)
                .addKeyValue("task", task)
                .addKeyValue("operation", operation)
                .addKeyValue("cause", cause)
                .log("An operation failed");
        var text =
                ("There was a problem completing your request. Please contact your operations team providing the following"
                                + " information: service: %s, service-instance-guid: %s, broker-request-id: %s%s, operation: %s")
                        .formatted(service, instanceId, request, task > 0 ? ", task-id: " + task : "", operation);
        return expose ? text + ", error-message: " + cause : text;
    }

    String ended(InstanceRecord record, long task, String cause) {
        var operation = record.operation();
        var context = operation.context() == null ? record.context() : operation.context();
        var sentence = text(record.instanceId(), task, operation.type().text(), cause);
        return "%s: %s. %s"
                .formatted(
                        operation.type().failed(task),
                        sentence.replaceAll("[.\\s]+$", ""),
                        nextStep(operation.type(), context));
    }

    private static String nextStep(OperationType type, @Nullable Map<String, Object> context) {
        var name = Optional.ofNullable(context)
                .map(values -> values.get("instance_name"))
                .map(String::valueOf)
                .filter(value -> value.matches("[-.\\w]{1,64}"))
                .orElse("NAME");
        return switch (type) {
            case CREATE ->
                "Run 'pks delete-cluster %s' to remove what was made, then create the cluster again.".formatted(name);
            case UPDATE ->
                "Run the same command again when the cause is removed; 'pks cluster %s' shows the cluster."
                        .formatted(name);
            case RECREATE -> "Recreate the instance again when the cause is removed.";
            case UPGRADE -> "Run 'pks upgrade-cluster %s' again when the cause is removed.".formatted(name);
            case DELETE, FORCE_DELETE -> "Run 'pks delete-cluster %s' again.".formatted(name);
        };
    }
}
