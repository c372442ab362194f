package org.openpks.cli.failure;

/// No session, or one that has ended for good.
public final class NotLoggedIn extends Failure {
    private static final long serialVersionUID = 1L;

    public NotLoggedIn() {
        super("You are not currently authenticated. Please log in to continue");
    }
}
