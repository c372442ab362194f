package org.openpks.component;

import java.io.IOException;

/// A chunked body passed the limit while it was read; message converters wrap it, and each part answers 413.
public final class BodyTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    BodyTooLargeException() {
        super("the request body is larger than the limit");
    }
}
