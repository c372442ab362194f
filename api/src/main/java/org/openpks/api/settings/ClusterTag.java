package org.openpks.api.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A word on every machine of a cluster, for those who look at the machines and not at the cluster.
///
/// @param value may be empty
public record ClusterTag(String name, String value) {

    /// In characters; clouds take no longer ones.
    static final int LONGEST_NAME = 128;

    static final int LONGEST_VALUE = 255;

    /// Clouds take 50 on a machine, of which BOSH sets 10 itself.
    static final int MOST = 40;

    private static final Pattern FORBIDDEN = Pattern.compile("[\":,]|\\p{Cntrl}");

    /// A tag as a request has it.
    /// @param category for vSphere alone; empty elsewhere
    public record Given(
            @Nullable String name,
            @Nullable String value,
            @Nullable String category) {}

    /// Reads the whole set of a cluster's tags.
    /// @throws org.openpks.kernel.Fault naming the first that is wrong
    public static List<ClusterTag> read(String path, List<@Nullable Given> given) {
        if (given.size() > MOST) {
            throw SettingsFault.invalid(path, "has %d tags; at most %d are allowed".formatted(given.size(), MOST));
        }
        var tags = new ArrayList<ClusterTag>();
        var names = new HashSet<String>();
        for (int i = 0; i < given.size(); i++) {
            var tag = read("%s[%d]".formatted(path, i), given.get(i));
            if (!names.add(tag.name())) {
                throw SettingsFault.invalid(
                        "%s[%d].name".formatted(path, i),
                        "names a tag that stands there already; each may be set once");
            }
            tags.add(tag);
        }
        return tags;
    }

    private static ClusterTag read(String path, @Nullable Given given) {
        if (given == null || given.name() == null || given.name().isBlank()) {
            throw SettingsFault.invalid(path + ".name", "must not be empty");
        }
        if (given.category() != null && !given.category().isEmpty()) {
            throw SettingsFault.invalid(path + ".category", "is for vSphere alone; please leave it out");
        }
        var value = given.value() == null ? "" : given.value();
        return new ClusterTag(
                text(path + ".name", given.name(), LONGEST_NAME), text(path + ".value", value, LONGEST_VALUE));
    }

    private static String text(String path, String text, int longest) {
        if (text.length() > longest) {
            throw SettingsFault.invalid(
                    path, "has %d characters; at most %d are allowed".formatted(text.length(), longest));
        }
        if (FORBIDDEN.matcher(text).find()) {
            throw SettingsFault.invalid(path, "must not contain '\"', ':', ',' or control characters");
        }
        return text;
    }
}
