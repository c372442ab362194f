package org.openpks.director.api;

import java.util.Map;
import org.openpks.kernel.Fault;
import org.openpks.kernel.FaultCode;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// CredHub's errors have one text and no number.
@RestControllerAdvice(assignableTypes = {CredHubController.class, CertificatesController.class})
@Order(Ordered.HIGHEST_PRECEDENCE)
class CredHubFaults {

    @ExceptionHandler
    ResponseEntity<Map<String, String>> fault(Fault fault) {
        int status = fault.code().kind() == FaultCode.Kind.MISSING
                ? 404
                : fault.code().kind() == FaultCode.Kind.TOO_LARGE ? 413 : 400;
        return ResponseEntity.status(status).body(Map.of("error", fault.userMessage()));
    }
}
