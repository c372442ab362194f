package org.openpks.broker.instance;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// What is being done to an instance, with the sentences that people see.
public enum OperationType {
    CREATE("create", "Instance provisioning"),
    UPDATE("update", "Instance update"),
    UPGRADE("upgrade", "Instance upgrade"),
    RECREATE("recreate", "Instance recreate"),
    DELETE("delete", "Instance deletion"),
    FORCE_DELETE("force-delete", "Instance forced deletion");

    private final String text;
    private final String subject;

    OperationType(String text, String subject) {
        this.text = text;
        this.subject = subject;
    }

    @JsonValue
    public String text() {
        return text;
    }

    @JsonCreator
    public static OperationType of(String text) {
        for (var type : values()) {
            if (type.text.equals(text)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no operation is called " + text);
    }

    public boolean deletes() {
        return this == DELETE || this == FORCE_DELETE;
    }

    /// Whether the instance's owner asks for it by an update request.
    boolean updates() {
        return this == UPDATE || this == UPGRADE;
    }

    public String inProgress() {
        return subject + " in progress";
    }

    public String completed() {
        return subject + " completed";
    }

    /// @param task 0 when there is none
    public String failed(long task) {
        return this == UPGRADE && task > 0 ? "Failed for bosh task: " + task : subject + " failed";
    }
}
