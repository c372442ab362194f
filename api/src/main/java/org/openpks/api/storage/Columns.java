package org.openpks.api.storage;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Principal;

/// How values stand in columns. Times are UTC whatever the zone of the machine, the session or the server is.
public final class Columns {

    private Columns() {}

    public static LocalDateTime time(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    public static @Nullable Instant instant(@Nullable LocalDateTime time) {
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    public static @Nullable String text(Optional<UUID> id) {
        return id.map(UUID::toString).orElse(null);
    }

    public static Optional<UUID> uuid(@Nullable String text) {
        return Optional.ofNullable(text).map(UUID::fromString);
    }

    public static String kind(Principal principal) {
        return principal.kind().name().toLowerCase(Locale.ROOT);
    }

    public static Principal principal(String kind, String name) {
        return new Principal(Principal.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), name);
    }
}
