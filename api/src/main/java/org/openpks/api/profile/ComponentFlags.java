package org.openpks.api.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The flags that the components of one minor version of Kubernetes have, as the programs say of themselves.
/// `release/flags` writes the files.
final class ComponentFlags {

    /// The minor versions that are known, the newest first.
    static final List<ComponentFlags> KNOWN = List.of(read("1.37"), read("1.36"));

    private final String minor;
    private final Map<Component, Map<String, String>> types = new EnumMap<>(Component.class);
    private final Set<String> gates = new TreeSet<>();
    private final Set<String> plugins = new TreeSet<>();

    private ComponentFlags(String minor) {
        this.minor = minor;
        for (var component : Component.values()) {
            types.put(component, new HashMap<>());
        }
    }

    /// Those of a Kubernetes version; of the newest one that is known for a version that is not.
    /// @param version such as `1.37.2`
    static ComponentFlags of(String version) {
        return KNOWN.stream()
                .filter(flags -> version.startsWith(flags.minor + "."))
                .findFirst()
                .orElse(KNOWN.getFirst());
    }

    /// The minor version, such as `1.37`.
    String minor() {
        return minor;
    }

    /// The type of a flag's value in the programs' own words; empty when the component has no such flag.
    Optional<String> type(Component component, String flag) {
        return Optional.ofNullable(types(component).get(flag));
    }

    Set<String> names(Component component) {
        return types(component).keySet();
    }

    /// The feature gates, which all components share.
    Set<String> gates() {
        return gates;
    }

    /// The admission plugins of kube-apiserver.
    Set<String> plugins() {
        return plugins;
    }

    private Map<String, String> types(Component component) {
        return types.getOrDefault(component, Map.of());
    }

    private static ComponentFlags read(String minor) {
        var flags = new ComponentFlags(minor);
        var name = "/kubernetes/flags-%s.txt".formatted(minor);
        try (var file = ComponentFlags.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing");
            }
            new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(flags::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return flags;
    }

    private void add(String line) {
        var words = line.split(" ");
        switch (words[0]) {
            case "flag" -> types.get(Component.of(words[1]).orElseThrow()).put(words[2], words[3]);
            case "gate" -> gates.add(words[1]);
            case "plugin" -> plugins.add(words[1]);
            case "#" -> {}
            default -> throw new IllegalStateException("flags of Kubernetes " + minor + ": " + line);
        }
    }
}
