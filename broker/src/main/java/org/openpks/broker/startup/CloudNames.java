package org.openpks.broker.startup;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.openpks.bosh.Director;
import org.openpks.broker.director.CloudConfig;

/// The names that plans may use: what all cloud configs of a Director define together.
record CloudNames(Map<String, Set<String>> names) {

    static final String AZS = "azs";
    static final String VM_TYPES = "vm_types";
    static final String VM_EXTENSIONS = "vm_extensions";
    static final String DISK_TYPES = "disk_types";
    static final String NETWORKS = "networks";

    private static final List<String> KINDS = List.of(AZS, VM_TYPES, VM_EXTENSIONS, DISK_TYPES, NETWORKS);

    /// Empty while the Director has no cloud config.
    static Optional<CloudNames> of(Director director) {
        return CloudConfig.of(director).map(CloudNames::read);
    }

    private static CloudNames read(CloudConfig config) {
        var names = new LinkedHashMap<String, Set<String>>();
        for (var kind : KINDS) {
            var known = new TreeSet<String>();
            config.items(kind).forEach(item -> known.add(String.valueOf(item.get("name"))));
            names.put(kind, known);
        }
        return new CloudNames(names);
    }

    /// Why a name of this kind cannot be used; empty when it can.
    /// @param what the kind in words
    Optional<String> refusal(String kind, String what, String name) {
        var known = names.getOrDefault(kind, Set.of());
        return known.contains(name)
                ? Optional.empty()
                : Optional.of("the Director's cloud config has no %s named %s; there %s"
                        .formatted(what, name, known.isEmpty() ? "is none" : "are " + String.join(", ", known)));
    }
}
