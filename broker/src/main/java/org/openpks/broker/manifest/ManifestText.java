package org.openpks.broker.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// A deployment manifest as text, and what the broker has to know of it.
public record ManifestText(String text) {

    private static final Pattern REFERENCE = Pattern.compile("\\(\\(([^()\\s]+)\\)\\)");
    private static final Pattern BROKER_SECRET = Pattern.compile("\\(\\(odb_secret:([^()\\s]+)\\)\\)");

    /// Refuses what a Director would misunderstand: no YAML, another deployment's name, versions that are not
    /// exact.
    public void check(String deployment) {
        var content = parse();
        if (!deployment.equals(content.get("name"))) {
            throw wrong("name is not " + deployment);
        }
        for (var kind : List.of("releases", "stemcells")) {
            if (content.get(kind) instanceof List<?> items) {
                for (var item : items) {
                    if (item instanceof Map<?, ?> map
                            && String.valueOf(map.get("version")).endsWith("latest")) {
                        throw wrong(kind + " have a version that is not exact");
                    }
                }
            }
        }
    }

    /// The versions of a list such as `releases`, by another field of its items.
    public Map<String, String> versions(String list, String key) {
        var versions = new LinkedHashMap<String, String>();
        if (parse().get(list) instanceof List<?> items) {
            for (var item : items) {
                if (item instanceof Map<?, ?> map && map.get(key) != null && map.get("version") != null) {
                    versions.put(String.valueOf(map.get(key)), String.valueOf(map.get("version")));
                }
            }
        }
        return versions;
    }

    /// The availability zones of all instance groups.
    public Set<String> zones() {
        var zones = new TreeSet<String>();
        if (parse().get("instance_groups") instanceof List<?> groups) {
            for (var group : groups) {
                if (group instanceof Map<?, ?> map && map.get("azs") instanceof List<?> azs) {
                    azs.forEach(az -> zones.add(String.valueOf(az)));
                }
            }
        }
        return zones;
    }

    /// The instance groups that run a job.
    public List<String> groupsWith(String job) {
        var groups = new ArrayList<String>();
        if (parse().get("instance_groups") instanceof List<?> items) {
            for (var item : items) {
                if (item instanceof Map<?, ?> group
                        && group.get("jobs") instanceof List<?> jobs
                        && jobs.stream().anyMatch(one -> one instanceof Map<?, ?> map && job.equals(map.get("name")))) {
                    groups.add(String.valueOf(group.get("name")));
                }
            }
        }
        return groups;
    }

    /// Every name between double parentheses, once, in order: `name`, `name.key` or `/absolute/name.key`.
    public Set<String> references() {
        var names = new LinkedHashSet<String>();
        var matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /// How an adapter names a secret that the broker stores for it.
    public static String brokerSecret(String name) {
        return "((odb_secret:%s))".formatted(name);
    }

    /// The same manifest with `((odb_secret:NAME))` pointing to where the broker stores those secrets.
    public ManifestText withBrokerSecrets(String path) {
        return new ManifestText(BROKER_SECRET
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement("((" + path + match.group(1) + "))")));
    }

    /// Whether two manifests ask for the same, apart from how fast a change may go.
    public boolean sameButForUpdate(ManifestText other) {
        return withoutUpdate(parse()).equals(withoutUpdate(other.parse()));
    }

    private static Map<String, Object> withoutUpdate(Map<String, Object> manifest) {
        var copy = new LinkedHashMap<>(manifest);
        copy.remove("update");
        if (copy.get("instance_groups") instanceof List<?> groups) {
            var stripped = new ArrayList<Object>();
            for (var group : groups) {
                if (group instanceof Map<?, ?> map) {
                    var without = new LinkedHashMap<Object, Object>(map);
                    without.remove("update");
                    stripped.add(without);
                } else {
                    stripped.add(group);
                }
            }
            copy.put("instance_groups", stripped);
        }
        return copy;
    }

    private Map<String, Object> parse() {
        try {
            var options = new LoaderOptions();
            options.setCodePointLimit(32 * 1024 * 1024);
            options.setMaxAliasesForCollections(10_000);
            Object content = new Yaml(new SafeConstructor(options)).load(text);
            if (content instanceof Map<?, ?> map) {
                var result = new LinkedHashMap<String, Object>();
                map.forEach((key, value) -> result.put(String.valueOf(key), value));
                return result;
            }
            throw wrong("is not a map");
        } catch (YAMLException e) {
            throw wrong("is not YAML: "
                    + Optional.ofNullable(e.getMessage())
                            .orElse("")
                            .lines()
                            .findFirst()
                            .orElse(""));
        }
    }

    private static Fault wrong(String what) {
        return new Fault(
                BrokerFault.MISCONFIGURED,
                "The service adapter wrote a manifest that cannot be used.",
                "manifest " + what);
    }

    /// A manifest can hold values that a person gave, so it does not stand in logs.
    @Override
    public String toString() {
        return "ManifestText[%d characters]".formatted(text.length());
    }
}
