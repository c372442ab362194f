package org.openpks.api.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Audit;
import org.openpks.api.access.ErrorBody;
import org.openpks.component.BodyTooLargeException;
import org.openpks.kernel.Fault;
import org.openpks.kernel.FaultCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Turns every failure into its status and `{"body": "..."}`. A person reads the sentence; the log gets the rest.
@RestControllerAdvice
class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final int CAUSES = 4;
    private static final int PLACES = 6;
    private static final String BUG = "An error occurred in the PKS API when processing";

    @ExceptionHandler
    ResponseEntity<ErrorBody> fault(Fault fault, HttpServletRequest request) {
        var kind = fault.code().kind();
        var event = kind == FaultCode.Kind.BUG || kind == FaultCode.Kind.DEPENDENCY ? log.atWarn() : log.atDebug();
        event.addKeyValue("fault", fault.code().name())
                .addKeyValue("detail", fault.detail())
                .addKeyValue("method", request.getMethod())
                .log("Request refused");
        Audit.refused(fault.code().name());
        return answer(kind.status(), fault.userMessage());
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> unreadable(HttpMessageNotReadableException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyTooLargeException) {
                return answer(413, "The request body is larger than the limit.");
            }
        }
        return answer(400, JsonProblem.describe(failure.getCause()));
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> mediaType(HttpMediaTypeNotSupportedException failure) {
        var type = failure.getContentType();
        return answer(
                415,
                "The content type of the request must be application/json%s."
                        .formatted(type == null ? "" : ", not " + type.getType() + "/" + type.getSubtype()));
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> method(HttpRequestMethodNotSupportedException failure) {
        var allowed = failure.getSupportedHttpMethods();
        var names = allowed == null
                ? ""
                : allowed.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.ALLOW, names);
        return new ResponseEntity<>(
                new ErrorBody("The method %s is not allowed here; allowed: %s.".formatted(failure.getMethod(), names)),
                headers,
                HttpStatus.METHOD_NOT_ALLOWED);
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> argument(MethodArgumentTypeMismatchException failure) {
        return answer(400, "The parameter '%s' has a value that cannot be read.".formatted(failure.getName()));
    }

    /// What stands behind the question mark is no text, or too much of it.
    @ExceptionHandler
    ResponseEntity<ErrorBody> query(InvalidParameterException failure) {
        return answer(400, "The parameters in the address of the request cannot be read.");
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> path(NoResourceFoundException failure) {
        return answer(404, "The PKS API has nothing at this address.");
    }

    @ExceptionHandler({
        DataAccessResourceFailureException.class,
        TransientDataAccessException.class,
        RecoverableDataAccessException.class,
        TransactionException.class
    })
    ResponseEntity<ErrorBody> database(Exception failure) {
        log.atError().addKeyValue("cause", failure.getMessage()).log("The database failed a request");
        return answer(503, "The PKS Database does not answer. Please try again later.");
    }

    @ExceptionHandler
    ResponseEntity<ErrorBody> anything(Exception failure, HttpServletRequest request) {
        if (failure instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            var sentence = known.getBody().getDetail();
            return answer(
                    known.getStatusCode().value(), sentence == null ? "The request cannot be understood." : sentence);
        }
        log.atError()
                .addKeyValue("cause", causes(failure))
                .addKeyValue("at", places(failure))
                .addKeyValue("method", request.getMethod())
                .log("A request ended in an unexpected failure");
        return answer(500, BUG);
    }

    /// The classes of a failure and of what caused it. Their messages may quote what a caller sent, and stay out of
    /// the log.
    private static String causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(CAUSES)
                .map(cause -> cause.getClass().getName())
                .collect(Collectors.joining(" <- "));
    }

    /// Where in our own code it happened.
    private static String places(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("org.openpks."))
                .limit(PLACES)
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .collect(Collectors.joining(", "));
    }

    private static ResponseEntity<ErrorBody> answer(int status, @Nullable String sentence) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new ErrorBody(sentence == null ? BUG : sentence));
    }
}
