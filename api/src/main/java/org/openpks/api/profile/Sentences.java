package org.openpks.api.profile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Caller;
import org.openpks.kernel.Fault;

/// Faults that profiles of all kinds share.
final class Sentences {

    private static final int LONGEST_SHOWN = 80;
    private static final int MOST_NAMES = 10;

    private Sentences() {}

    /// @param kind with a capital letter
    static Fault unknown(String kind, String name) {
        return new Fault(ProfileFault.PROFILE_UNKNOWN, "%s profile %s not found".formatted(kind, shown(name)));
    }

    static Fault notFound(String kind, String name) {
        var field = kind + "_profile_name";
        return new Fault(
                ProfileFault.PROFILE_NOT_FOUND,
                "There is no %s profile '%s' that you may use (%s); 'pks %s-profiles' lists them."
                        .formatted(kind, shown(name), field, kind),
                "field=" + field);
    }

    static Fault taken(String kind, String name, @Nullable Throwable cause) {
        return new Fault(
                ProfileFault.PROFILE_NAME_TAKEN,
                "A %s profile named '%s' exists already. Profiles never change; please choose another name."
                        .formatted(kind, name),
                "name=" + name,
                cause);
    }

    /// @param clusters by name, those that the caller may know
    /// @param others how many there are besides
    static Fault inUse(String kind, String name, List<String> clusters, int others) {
        var parts = new ArrayList<>(clusters.subList(0, Math.min(MOST_NAMES, clusters.size())));
        if (clusters.size() > MOST_NAMES) {
            parts.add("%d more".formatted(clusters.size() - MOST_NAMES));
        }
        if (others > 0) {
            parts.add("%d of other owners".formatted(others));
        }
        return new Fault(
                ProfileFault.PROFILE_IN_USE,
                "%s profile %s cannot be deleted, because clusters use it: %s. Please give them another profile or delete them first."
                        .formatted(kind, name, String.join(", ", parts)),
                "clusters=" + (clusters.size() + others));
    }

    static Fault notAllowed() {
        return new Fault(ProfileFault.PROFILE_NOT_ALLOWED, Caller.REFUSAL);
    }

    private static String shown(String text) {
        var shown = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
