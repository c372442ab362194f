package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import org.openpks.component.BodyTooLargeException;
import org.openpks.director.fault.BoshErrors;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import org.openpks.kernel.FaultCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Turns failures into the director's answers: `{"code":70000,"description":"..."}` with BOSH's statuses.
@RestControllerAdvice
class ApiErrors {

    private static final Logger log = LoggerFactory.getLogger(ApiErrors.class);
    private static final int SHOWN = 200;

    record ErrorView(int code, String description) {}

    @ExceptionHandler
    ResponseEntity<Object> fault(Fault fault, HttpServletRequest request) {
        if (fault.code().kind() == FaultCode.Kind.BUG || fault.code().kind() == FaultCode.Kind.DEPENDENCY) {
            log.atWarn()
                    .addKeyValue("path", shown(request.getRequestURI()))
                    .addKeyValue("code", fault.code().name())
                    .addKeyValue("detail", fault.detail())
                    .setCause(fault)
                    .log("Request failed");
        }
        return answer(BoshErrors.status(fault.code()), BoshErrors.number(fault.code()), fault.userMessage());
    }

    /// BOSH knows a route only together with its method and content type.
    @ExceptionHandler({
        NoResourceFoundException.class,
        NoHandlerFoundException.class,
        HttpRequestMethodNotSupportedException.class,
        HttpMediaTypeNotSupportedException.class,
        HttpMediaTypeNotAcceptableException.class
    })
    ResponseEntity<Object> noRoute(HttpServletRequest request) {
        return ResponseEntity.status(404)
                .contentType(MediaType.parseMediaType("text/html;charset=utf-8"))
                .body(noEndpoint(request));
    }

    @ExceptionHandler
    ResponseEntity<Object> tooLarge(BodyTooLargeException e) {
        return answer(413, BoshErrors.GENERIC, "The request body is too large.");
    }

    @ExceptionHandler({MethodArgumentTypeMismatchException.class, ServletRequestBindingException.class})
    ResponseEntity<Object> badParameter(Exception e) {
        var name = e instanceof MethodArgumentTypeMismatchException mismatch ? mismatch.getName() : "";
        return answer(
                400,
                DirectorFault.VALUE_INVALID.number(),
                name.isEmpty()
                        ? "A required parameter is missing."
                        : "The parameter '" + name + "' has a value of the wrong type.");
    }

    /// The caller went away; there is nobody to answer.
    @ExceptionHandler
    void gone(AsyncRequestNotUsableException e) {
        log.atDebug().log("A caller went away");
    }

    @ExceptionHandler
    ResponseEntity<Object> unexpected(Exception e, HttpServletRequest request) {
        log.atError()
                .addKeyValue("method", request.getMethod())
                .addKeyValue("path", shown(request.getRequestURI()))
                .setCause(e)
                .log("Request failed unexpectedly");
        return ResponseEntity.status(500).build();
    }

    private static ResponseEntity<Object> answer(int status, int code, String description) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new ErrorView(code, description));
    }

    static String noEndpoint(HttpServletRequest request) {
        return "Endpoint '" + shown(request.getRequestURI()) + "' not found.";
    }

    /// A path as it may stand in a text: short and without anything that a terminal or a browser would act upon.
    static String shown(String path) {
        var clean = path.replaceAll("[^\\w./%*+:@,~=-]", "?");
        return clean.length() > SHOWN ? clean.substring(0, SHOWN) + "..." : clean;
    }
}
