package org.openpks.cli.json;

/// The text is not JSON. Checked, because every caller has to say whose text it was.
public final class MalformedJson extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    MalformedJson(String message, int line, int column, Throwable cause) {
        super(message, cause);
        this.line = line;
        this.column = column;
    }

    MalformedJson(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    /// Where, as in `line 3, column 7`; both count from 1.
    public String place() {
        return "line %d, column %d".formatted(line, column);
    }
}
