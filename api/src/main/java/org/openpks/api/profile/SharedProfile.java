package org.openpks.api.profile;

import java.util.UUID;

/// A network or compute profile: made by an administrator, for everybody.
///
/// @param parameters JSON
public record SharedProfile(UUID id, String name, String description, String parameters) {

    /// What it is about.
    public enum Kind {
        NETWORK("network"),
        COMPUTE("compute");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// As it stands in sentences, commands and columns.
        String word() {
            return word;
        }

        String capital() {
            return name().charAt(0) + word.substring(1);
        }

        String table() {
            return word + "_profile";
        }
    }
}
