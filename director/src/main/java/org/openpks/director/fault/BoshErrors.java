package org.openpks.director.fault;

import org.openpks.kernel.FaultCode;

/// How BOSH tells any fault code: its number and its HTTP status.
public final class BoshErrors {

    /// What stands for every failure without a number of its own.
    public static final int GENERIC = 100;

    private BoshErrors() {}

    public static int number(FaultCode code) {
        return code instanceof BoshCode numbered ? numbered.number() : GENERIC;
    }

    /// BOSH answers nearly every refusal with 400.
    public static int status(FaultCode code) {
        return switch (code.kind()) {
            case MISSING -> 404;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case TOO_LARGE -> 413;
            case BUG, DEPENDENCY -> 500;
            case INVALID, CONFLICT, GONE, UNPROCESSABLE, CAPACITY -> 400;
        };
    }
}
