package org.openpks.broker.web;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.Accepted;
import org.openpks.kernel.Fault;
import org.openpks.osb.OperationResponse;
import org.openpks.osb.OsbJson;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/// Answers and query values that the controllers share.
final class Answers {

    private Answers() {}

    static ResponseEntity<String> json(int status, Object body) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(OsbJson.MAPPER.writeValueAsString(body));
    }

    static ResponseEntity<String> accepted(Accepted accepted) {
        return switch (accepted) {
            case Accepted.Running(var operation, var dashboard, var labels) ->
                json(202, new OperationResponse(dashboard.orElse(null), operation, metadata(labels)));
            case Accepted.Done(var dashboard, var labels) ->
                json(200, new OperationResponse(dashboard.orElse(null), null, metadata(labels)));
        };
    }

    private static @Nullable Map<String, Object> metadata(Map<String, String> labels) {
        return labels.isEmpty() ? null : Map.of("labels", labels);
    }

    static void requireAsync(@Nullable String acceptsIncomplete) {
        if (!"true".equals(acceptsIncomplete)) {
            throw new Fault(
                    BrokerFault.ASYNC_REQUIRED,
                    "This service plan requires client support for asynchronous service operations.");
        }
    }

    static String required(String name, @Nullable String value) {
        return optional(value).orElseThrow(() -> Body.invalid(name + " is missing."));
    }

    static Optional<String> optional(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    /// Ids become part of names at the Director.
    static String id(String value) {
        if (value.isBlank() || value.length() > 128) {
            throw Body.invalid("An id has 1 to 128 characters.");
        }
        return value;
    }
}
