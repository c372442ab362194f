package org.openpks.broker.director;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.bosh.Config;
import org.openpks.bosh.Director;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// What all cloud configs of a Director define together.
public final class CloudConfig {

    private final List<Map<?, ?>> contents;

    private CloudConfig(List<Map<?, ?>> contents) {
        this.contents = contents;
    }

    /// Empty while the Director has no cloud config.
    /// @throws org.openpks.kernel.Fault when the Director does not answer
    public static Optional<CloudConfig> of(Director director) {
        var configs = director.configs(Optional.of("cloud"), Optional.empty());
        return configs.isEmpty()
                ? Optional.empty()
                : Optional.of(new CloudConfig(
                        configs.stream().<Map<?, ?>>map(CloudConfig::content).toList()));
    }

    /// The named things of one kind, such as `vm_types`, in the order of the configs.
    public List<Map<?, ?>> items(String kind) {
        var items = new ArrayList<Map<?, ?>>();
        for (var content : contents) {
            if (content.get(kind) instanceof List<?> list) {
                for (var item : list) {
                    if (item instanceof Map<?, ?> map && map.get("name") != null) {
                        items.add(map);
                    }
                }
            }
        }
        return items;
    }

    /// A config that is no YAML defines nothing: the Director refuses it in its own words when it is used.
    private static Map<?, ?> content(Config config) {
        try {
            Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(config.content());
            return content instanceof Map<?, ?> map ? map : Map.of();
        } catch (YAMLException e) {
            return Map.of();
        }
    }
}
