package org.openpks.uaa.web;

import java.util.Map;
import org.openpks.component.BodyTooLargeException;
import org.openpks.uaa.fault.Answers;
import org.openpks.uaa.fault.UaaFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Errors of the APIs in UAA's form.
@RestControllerAdvice
class Faults {

    private static final Logger log = LoggerFactory.getLogger(Faults.class);

    @ExceptionHandler(UaaFault.class)
    ResponseEntity<Map<String, Object>> fault(UaaFault fault) {
        var answer = ResponseEntity.status(fault.status()).contentType(MediaType.APPLICATION_JSON);
        Answers.challenge(fault).ifPresent(text -> answer.header(HttpHeaders.WWW_AUTHENTICATE, text));
        return answer.body(fault.body());
    }

    @ExceptionHandler(NoResourceFoundException.class)
    ResponseEntity<Map<String, Object>> missing(NoResourceFoundException exception) {
        return fault(UaaFault.of(404, "not_found", "There is nothing at this path."));
    }

    @ExceptionHandler(HttpRequestMethodNotSupportedException.class)
    ResponseEntity<Map<String, Object>> wrongMethod(HttpRequestMethodNotSupportedException exception) {
        return fault(UaaFault.of(
                405,
                "method_not_allowed",
                "Request method '" + UaaFault.printable(exception.getMethod()) + "' not supported"));
    }

    @ExceptionHandler(HttpMediaTypeNotSupportedException.class)
    ResponseEntity<Map<String, Object>> wrongType(HttpMediaTypeNotSupportedException exception) {
        return fault(UaaFault.of(415, "unsupported_media_type", "Send the body as application/json."));
    }

    @ExceptionHandler(HttpMessageNotReadableException.class)
    ResponseEntity<Map<String, Object>> notJson(HttpMessageNotReadableException exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyTooLargeException) {
                return fault(UaaFault.of(413, "too_large", "The request body is larger than the limit."));
            }
        }
        return fault(UaaFault.scim(400, "invalid_request", "The request body is missing or is not JSON."));
    }

    @ExceptionHandler({ServletRequestBindingException.class, MethodArgumentTypeMismatchException.class})
    ResponseEntity<Map<String, Object>> wrongParameter(Exception exception) {
        return fault(UaaFault.of(400, "invalid_request", "A parameter is missing or has the wrong form."));
    }

    /// Our own mistake: the log has it, the caller gets no inner detail.
    @ExceptionHandler(Exception.class)
    ResponseEntity<Map<String, Object>> unexpected(Exception exception) {
        log.atError().setCause(exception).log("A request failed unexpectedly");
        return fault(UaaFault.of(
                500, "server_error", "The UAA failed unexpectedly; an operator finds the cause in its log."));
    }
}
