package org.openpks.api.cluster;

import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import org.openpks.api.settings.SettingsChange;

/// What a person asks to change of a cluster. What is empty stays as it is, or as the plan has it.
///
/// @param kubernetesProfile a name; an empty text takes the profile off
/// @param computeProfile a name
/// @param networkProfile a name
public record ClusterChange(
        OptionalInt workers,
        Optional<String> kubernetesProfile,
        Optional<String> computeProfile,
        Optional<String> networkProfile,
        SettingsChange settings) {

    boolean isEmpty() {
        return workers.isEmpty()
                && kubernetesProfile.isEmpty()
                && computeProfile.isEmpty()
                && networkProfile.isEmpty()
                && settings.isEmpty();
    }

    /// What changes, for the audit log: numbers and names, not the bulk of certificates.
    String names() {
        var names = new ArrayList<String>();
        workers.ifPresent(number -> names.add("workers=" + number));
        kubernetesProfile.ifPresent(name -> names.add("kubernetes_profile=" + name));
        computeProfile.ifPresent(name -> names.add("compute_profile=" + name));
        names.addAll(settings.names());
        return String.join(" ", names);
    }
}
