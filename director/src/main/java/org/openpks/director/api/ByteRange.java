package org.openpks.director.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What part of a file of a known size a `Range` header asks for.
sealed interface ByteRange {

    /// The whole file: there was no header, or none that RFC 9110 obliges a server to follow.
    record Whole() implements ByteRange {}

    /// Bytes from the first to the last, both included.
    record Part(long first, long last) implements ByteRange {}

    /// Nothing of the file lies in the range.
    record Outside() implements ByteRange {}

    Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    static ByteRange of(@Nullable String header, long size) {
        var matcher = Optional.ofNullable(header).map(FORM::matcher).filter(Matcher::matches);
        if (matcher.isEmpty()) {
            return new Whole();
        }
        var first = matcher.get().group(1);
        var last = matcher.get().group(2);
        if (first.isEmpty() && last.isEmpty()) {
            return new Whole();
        }
        if (first.isEmpty()) {
            long length = Long.parseLong(last);
            return size == 0 || length == 0 ? new Outside() : new Part(Math.max(0, size - length), size - 1);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return new Whole();
        }
        return from >= size ? new Outside() : new Part(from, to);
    }
}
