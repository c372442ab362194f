package org.openpks.cli.api;

import java.util.List;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;

/// The profiles of one kind.
public final class Profiles {
    /// What a profile is about.
    public enum Kind {
        NETWORK("Network", "network"),
        KUBERNETES("Kubernetes", "kubernetes"),
        COMPUTE("Compute", "compute");

        private final String title;
        private final String word;

        Kind(String title, String word) {
            this.title = title;
            this.word = word;
        }

        /// At the beginning of a sentence.
        public String title() {
            return title;
        }

        /// Inside a sentence.
        public String inSentence() {
            return this == KUBERNETES ? title : word;
        }

        /// In flags and in names of commands.
        public String word() {
            return word;
        }
    }

    private final ApiClient client;
    private final Kind kind;

    Profiles(ApiClient client, Kind kind) {
        this.client = client;
        this.kind = kind;
    }

    /// All that the user may see, as the API sent them.
    public Json all() {
        return client.list(path());
    }

    public static List<String> names(Json profiles) {
        return profiles.items().stream().map(profile -> profile.text("name")).toList();
    }

    /// One profile, as the API sent it.
    public Json get(String name) {
        return client.object("GET", path(name), null, () -> unknown(name));
    }

    public void create(Json profile) {
        client.order("POST", path(), profile);
    }

    public void delete(String name) {
        client.order("DELETE", path(name), null, () -> unknown(name));
    }

    private String path() {
        return "/v1/%s-profiles".formatted(kind.word());
    }

    private String path(String name) {
        return path() + "/" + ApiClient.segment(name).orElseThrow(() -> unknown(name));
    }

    private Failure unknown(String name) {
        return new Failure("%s profile %s not found".formatted(kind.title(), name));
    }
}
