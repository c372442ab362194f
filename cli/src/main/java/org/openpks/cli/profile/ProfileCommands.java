package org.openpks.cli.profile;

import java.util.ArrayList;
import java.util.List;
import org.openpks.cli.api.Profiles.Kind;
import org.openpks.cli.command.Entry;

/// The commands about profiles, for the list of all commands. Each kind has the same four.
public final class ProfileCommands {
    public static final List<Entry> ALL = all();

    private ProfileCommands() {}

    private static List<Entry> all() {
        var entries = new ArrayList<Entry>();
        for (var kind : Kind.values()) {
            entries.addAll(of(kind));
        }
        return List.copyOf(entries);
    }

    private static List<Entry> of(Kind kind) {
        var one = kind.word() + "-profile";
        var title = kind.inSentence() + " profile";
        return List.of(
                entry(
                        kind,
                        Entry.of(
                                "create-" + one,
                                "Create a %s from a file".formatted(title),
                                "<json-path> [flags]",
                                () -> new CreateProfileCommand(kind),
                                "pks create-%s my-profile.json".formatted(one))),
                entry(
                        kind,
                        Entry.of(
                                "delete-" + one,
                                "Delete a %s".formatted(title),
                                "<profile-name> [flags]",
                                () -> new DeleteProfileCommand(kind),
                                "pks delete-%s my-profile".formatted(one),
                                "pks delete-%s my-profile --non-interactive".formatted(one))),
                entry(
                        kind,
                        Entry.of(
                                one,
                                "View a %s".formatted(title),
                                "<profile-name> [flags]",
                                () -> new ProfileCommand(kind),
                                "pks %s my-profile".formatted(one),
                                "pks %s my-profile --json".formatted(one))),
                entry(
                        kind,
                        Entry.of(
                                one + "s",
                                "View the %ss that you may see".formatted(title),
                                "[flags]",
                                () -> new ProfilesCommand(kind),
                                "pks %ss".formatted(one),
                                "pks %ss --output yaml".formatted(one))));
    }

    /// People also write k8s for Kubernetes.
    private static Entry entry(Kind kind, Entry entry) {
        return kind == Kind.KUBERNETES ? entry.alias(entry.name().replace("kubernetes-", "k8s-")) : entry;
    }
}
