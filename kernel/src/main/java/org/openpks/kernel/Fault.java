package org.openpks.kernel;

import org.jspecify.annotations.Nullable;

/// The one exception of the product: a code, a sentence for the caller and a detail for the operator's log.
///
/// The caller's sentence names the cause and the next step and never carries a secret; the detail may hold ids and
/// what a neighbour answered, but no secret either.
public final class Fault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient FaultCode code;
    private final String detail;

    public Fault(FaultCode code, String message) {
        this(code, message, "", null);
    }

    public Fault(FaultCode code, String message, String detail) {
        this(code, message, detail, null);
    }

    public Fault(FaultCode code, String message, String detail, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.detail = detail;
    }

    public FaultCode code() {
        return code;
    }

    /// The sentence that the caller reads.
    public String userMessage() {
        return String.valueOf(getMessage());
    }

    /// What an operator wants beside it; empty when there is nothing more to say.
    public String detail() {
        return detail;
    }
}
