package org.openpks.director.deployment.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// SHA-256 over texts and values, so that what was put somewhere can be compared without keeping it.
public final class Digests {

    private Digests() {}

    public static String of(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Of hashes (whatever their order), lists and scalars.
    public static String ofValue(@Nullable Object value) {
        var text = new StringBuilder();
        write(value, text);
        return of(text.toString());
    }

    private static void write(@Nullable Object value, StringBuilder text) {
        switch (value) {
            case null -> text.append('~');
            case Map<?, ?> map -> {
                var sorted = new TreeMap<String, @Nullable Object>();
                map.forEach((key, item) -> sorted.put(String.valueOf(key), item));
                text.append('{');
                sorted.forEach((key, item) -> {
                    write(key, text);
                    write(item, text);
                });
                text.append('}');
            }
            case List<?> list -> {
                text.append('[');
                list.forEach(item -> write(item, text));
                text.append(']');
            }
            default -> {
                var scalar = value.toString();
                text.append(scalar.length()).append(':').append(scalar);
            }
        }
    }
}
