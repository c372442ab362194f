package org.openpks.broker.startup;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.openpks.bosh.Config;
import org.openpks.bosh.Director;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

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
        var configs = director.configs(Optional.of("cloud"), Optional.empty());
        return configs.isEmpty() ? Optional.empty() : Optional.of(read(configs));
    }

    private static CloudNames read(List<Config> configs) {
        var names = new LinkedHashMap<String, Set<String>>();
        KINDS.forEach(kind -> names.put(kind, new TreeSet<>()));
        for (var config : configs) {
            if (content(config) instanceof Map<?, ?> map) {
                names.forEach((kind, known) -> add(known, map.get(kind)));
            }
        }
        return new CloudNames(names);
    }

    private static Object content(Config config) {
        try {
            Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(config.content());
            return content == null ? Map.of() : content;
        } catch (YAMLException e) {
            return Map.of();
        }
    }

    private static void add(Set<String> known, @org.jspecify.annotations.Nullable Object items) {
        if (items instanceof List<?> list) {
            for (var item : list) {
                if (item instanceof Map<?, ?> map && map.get("name") != null) {
                    known.add(String.valueOf(map.get("name")));
                }
            }
        }
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
