package org.openpks.uaa.scim;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.fault.UaaFault;

/// The header `If-Match`: `*`, `7` or `"7"`.
public final class Versions {

    private static final Pattern FORM = Pattern.compile("\"?(\\d{1,9})\"?");

    private Versions() {}

    /// The version that the caller saw; `*` is the one that is there. Fails with 400 when the header is
    /// missing.
    public static int required(@Nullable String header, String method, int current) {
        return given(header, current).orElseThrow(() -> UaaFault.scim(400, "scim", "Missing If-Match for " + method));
    }

    /// Fails with 409 when the header is there and names another version.
    public static void check(@Nullable String header, String kind, String id, int current) {
        refuseStale(kind, id, current, given(header, current).orElse(current));
    }

    public static void refuseStale(String kind, String id, int current, int seen) {
        if (seen != current) {
            throw stale(kind, id, current, seen);
        }
    }

    public static UaaFault stale(String kind, String id, int current, int seen) {
        return UaaFault.scim(
                409,
                "scim_resource_conflict",
                "Attempt to update a %s (%s) with wrong version: expected=%d but found=%d"
                        .formatted(kind, id, current, seen));
    }

    private static OptionalInt given(@Nullable String header, int current) {
        var text = Optional.ofNullable(header).map(String::strip).orElse("");
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (text.equals("*")) {
            return OptionalInt.of(current);
        }
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw UaaFault.scim(400, "scim", "Invalid version match header: " + UaaFault.printable(text));
        }
        return OptionalInt.of(Integer.parseInt(form.group(1)));
    }
}
