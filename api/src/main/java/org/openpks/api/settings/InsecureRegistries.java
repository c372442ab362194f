package org.openpks.api.settings;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Registries that a cluster's nodes talk to without a trusted certificate, or without TLS.
public final class InsecureRegistries {

    static final int MOST = 50;

    private static final int LONGEST = 255;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern FORM = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*(?::([0-9]{1,5}))?");

    private InsecureRegistries() {}

    /// Reads the whole set: `HOST` or `HOST:PORT` each, in small letters, without repetitions.
    /// @throws org.openpks.kernel.Fault naming the first that is wrong
    public static List<String> read(String path, List<@Nullable String> given) {
        if (given.size() > MOST) {
            throw SettingsFault.invalid(
                    path, "has %d registries; at most %d are allowed".formatted(given.size(), MOST));
        }
        var read = new LinkedHashSet<String>();
        for (int i = 0; i < given.size(); i++) {
            read.add(checked("%s[%d]".formatted(path, i), given.get(i)));
        }
        return List.copyOf(read);
    }

    private static String checked(String path, @Nullable String text) {
        var lower = text == null ? "" : text.toLowerCase(Locale.ROOT);
        var form = FORM.matcher(lower);
        if (lower.length() > LONGEST || !form.matches() || (form.group(1) != null && !Ports.valid(form.group(1)))) {
            throw SettingsFault.invalid(
                    path,
                    "must be a registry's host and port such as registry.example.com:5000, without http:// and path");
        }
        return lower;
    }
}
