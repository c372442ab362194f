package org.openpks.uaa.scim;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// How fields of answers are written.
public final class Fields {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Fields() {}

    public static String time(Instant instant) {
        return TIME.format(instant);
    }

    public static Map<String, Object> meta(int version, Instant created, Instant modified) {
        var meta = new LinkedHashMap<String, Object>();
        meta.put("version", version);
        meta.put("created", time(created));
        meta.put("lastModified", time(modified));
        return meta;
    }

    /// Only the fields that the parameter `attributes` names, all if it names none.
    /// @param attributes with commas; of `name.givenName` the whole `name` is kept
    public static Map<String, Object> only(String attributes, Map<String, Object> json) {
        if (attributes.isBlank()) {
            return json;
        }
        var wanted = Arrays.stream(attributes.split(","))
                .map(name -> name.strip().replaceFirst("\\..*", ""))
                .collect(Collectors.toSet());
        var kept = new LinkedHashMap<>(json);
        kept.keySet().retainAll(wanted);
        return kept;
    }
}
