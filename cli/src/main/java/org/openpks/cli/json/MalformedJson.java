package org.openpks.cli.json;

/// The text is not JSON. Checked, because every caller has to say whose text it was.
public final class MalformedJson extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedJson(String message, Throwable cause) {
        super(message, cause);
    }

    MalformedJson(String message) {
        super(message);
    }
}
