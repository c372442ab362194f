package org.openpks.api.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a request changes of a cluster's settings. What it does not name stays.
///
/// @param drain those that are set; none can be given back to the plan
/// @param tags the whole new set; empty for no change
/// @param customCaCerts new domains, and new authorities of known ones
/// @param insecureRegistries the whole new set; empty for no change
/// @param nodePoolInstances new sizes of pools
public record SettingsChange(
        SortedMap<Drain, String> drain,
        Optional<List<ClusterTag>> tags,
        List<CustomCaCert> customCaCerts,
        Optional<List<String>> insecureRegistries,
        SortedMap<String, Integer> nodePoolInstances) {

    /// No change.
    public static final SettingsChange NONE =
            new SettingsChange(new TreeMap<>(), Optional.empty(), List.of(), Optional.empty(), new TreeMap<>());

    public boolean isEmpty() {
        return equals(NONE);
    }

    /// What changes, in words for a log.
    public List<String> names() {
        var names = new ArrayList<String>();
        drain.forEach((setting, value) -> names.add(setting.field() + "=" + value));
        tags.ifPresent(set -> names.add("cluster_tags"));
        customCaCerts.forEach(cert -> names.add("custom_ca_cert=" + cert.domainName()));
        insecureRegistries.ifPresent(set -> names.add("insecure_registries=" + String.join(",", set)));
        nodePoolInstances.forEach((pool, number) -> names.add("node_pool=" + pool + ":" + number));
        return names;
    }
}
