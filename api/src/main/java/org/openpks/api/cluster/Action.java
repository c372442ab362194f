package org.openpks.api.cluster;

/// What is done with a cluster, as `last_action` shows it.
public enum Action {
    CREATE("Instance provisioning"),
    UPDATE("Instance update"),
    UPGRADE("Instance upgrade"),
    DELETE("Instance deletion");

    private final String words;

    Action(String words) {
        this.words = words;
    }

    /// The start of every description of this action.
    public String words() {
        return words;
    }
}
