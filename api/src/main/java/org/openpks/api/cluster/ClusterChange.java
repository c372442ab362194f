package org.openpks.api.cluster;

import java.util.ArrayList;
import java.util.OptionalInt;
import org.openpks.api.settings.SettingsChange;

/// What a person asks to change of a cluster. What is empty stays as it is, or as the plan has it.
public record ClusterChange(OptionalInt workers, SettingsChange settings) {

    boolean isEmpty() {
        return workers.isEmpty() && settings.isEmpty();
    }

    /// What changes, for the audit log: numbers and names, not the bulk of certificates.
    String names() {
        var names = new ArrayList<String>();
        workers.ifPresent(number -> names.add("workers=" + number));
        names.addAll(settings.names());
        return String.join(" ", names);
    }
}
