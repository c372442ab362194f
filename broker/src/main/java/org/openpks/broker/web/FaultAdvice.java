package org.openpks.broker.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.bosh.BoshFault;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.Failures;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbError;
import org.openpks.osb.OsbJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// Faults as OSB errors, in one place.
@RestControllerAdvice
final class FaultAdvice {

    private static final Logger log = LoggerFactory.getLogger(FaultAdvice.class);

    private final Failures failures;

    FaultAdvice(Failures failures) {
        this.failures = failures;
    }

    @ExceptionHandler
    ResponseEntity<String> fault(Fault fault, HttpServletRequest request) {
        log.atInfo()
                .addKeyValue("code", fault.code().name())
                .addKeyValue("method", request.getMethod())
                .addKeyValue("path", request.getRequestURI())
                .addKeyValue("message", fault.userMessage())
                .addKeyValue("detail", fault.detail())
                .log("Request refused");
        return switch (fault.code()) {
            case BrokerFault.GONE -> answer(BrokerFault.GONE.status(), null, null);
            case BrokerFault.FAILED, BrokerFault.MISCONFIGURED -> failed(fault, request);
            case BrokerFault.INSTANCE_UNUSABLE -> unusable(fault, request);
            case BrokerFault known -> answer(known.status(), known.error(), fault.userMessage());
            case BoshFault.UNREACHABLE, BoshFault.FAILED ->
                answer(
                        BrokerFault.UNAVAILABLE.status(),
                        null,
                        "Currently unable to %s service instance, please try again later".formatted(verb(request)));
            case BoshFault.STALE ->
                answer(
                        BrokerFault.CONCURRENCY.status(),
                        BrokerFault.CONCURRENCY.error(),
                        "An operation is in progress for your service instance. Please try again later.");
            default -> failed(fault, request);
        };
    }

    /// What the platform may still do with an instance that refuses an update.
    private static ResponseEntity<String> unusable(Fault fault, HttpServletRequest request) {
        var known = BrokerFault.INSTANCE_UNUSABLE;
        return request.getMethod().equals("PATCH")
                ? answer(known.status(), new OsbError(known.error(), fault.userMessage(), false, false))
                : answer(known.status(), known.error(), fault.userMessage());
    }

    private ResponseEntity<String> failed(Fault fault, HttpServletRequest request) {
        var path = request.getRequestURI().split("/", -1);
        var instance = path.length > 3 ? path[3] : "";
        return answer(
                BrokerFault.FAILED.status(), null, failures.text(instance, 0, verb(request), fault.userMessage()));
    }

    @ExceptionHandler
    ResponseEntity<String> other(Exception exception, HttpServletRequest request) {
        // Spring's own refusals of a request: no such path, no such method, a value that cannot be read.
        if (exception instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            int status = known.getStatusCode().value() == 415
                    ? 400
                    : known.getStatusCode().value();
            return answer(status, BrokerFault.REQUEST_INVALID.error(), "The request is not one of this API.");
        }
        log.atError()
                .addKeyValue("method", request.getMethod())
                .addKeyValue("path", request.getRequestURI())
                .setCause(exception)
                .log("Unexpected failure");
        return answer(BrokerFault.FAILED.status(), null, "The broker made a mistake. Please contact your operator.");
    }

    private static String verb(HttpServletRequest request) {
        boolean binding = request.getRequestURI().contains("/service_bindings/");
        return switch (request.getMethod()) {
            case "PUT" -> binding ? "bind" : "create";
            case "PATCH" -> "update";
            case "DELETE" -> binding ? "unbind" : "delete";
            default -> "read";
        };
    }

    private static ResponseEntity<String> answer(int status, @Nullable String error, @Nullable String description) {
        var text = Optional.ofNullable(description)
                .filter(value -> !value.isBlank())
                .orElse(null);
        return answer(status, new OsbError(error, text));
    }

    private static ResponseEntity<String> answer(int status, OsbError error) {
        return ResponseEntity.status(HttpStatusCode.valueOf(status))
                .contentType(MediaType.APPLICATION_JSON)
                .body(OsbJson.MAPPER.writeValueAsString(error));
    }
}
