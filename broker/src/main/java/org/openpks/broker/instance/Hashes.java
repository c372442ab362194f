package org.openpks.broker.instance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openpks.osb.OsbJson;

/// Short names for contents: equal contents, whatever the order of their keys, have equal names.
public final class Hashes {

    private static final int LENGTH = 32;

    private Hashes() {}

    /// 128 bits in hexadecimal digits.
    public static String of(@Nullable Object... parts) {
        var text = OsbJson.MAPPER.writeValueAsString(sorted(Arrays.asList(parts)));
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            var copy = new TreeMap<String, @Nullable Object>();
            map.forEach((key, item) -> copy.put(String.valueOf(key), sorted(item)));
            return copy;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Hashes::sorted).toList();
        }
        return value;
    }
}
