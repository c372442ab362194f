package org.openpks.director.release;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// release.MF, parsed and checked.
record ReleaseManifest(
        String name,
        String version,
        String commitHash,
        boolean uncommittedChanges,
        List<Item> jobs,
        List<Item> packages,
        boolean compiled) {

    private static final Pattern NAME = Pattern.compile("[-0-9A-Za-z_+.]+");

    /// @param stemcell `os/version` that a compiled package was made for; empty for jobs
    record Item(String name, String fingerprint, String checksum, String stemcell, List<String> dependencies) {}

    static ReleaseManifest parse(String yaml) {
        var root = hash(yaml, "release.MF");
        var compiled = items(root.get("compiled_packages"), "compiled_packages", true);
        var sources = items(root.get("packages"), "packages", false);
        var manifest = new ReleaseManifest(
                text(root, "name"),
                text(root, "version"),
                root.get("commit_hash") == null ? "" : String.valueOf(root.get("commit_hash")),
                Boolean.TRUE.equals(root.get("uncommitted_changes")),
                items(root.get("jobs"), "jobs", false),
                compiled.isEmpty() ? sources : compiled,
                sources.isEmpty());
        manifest.checkDependencies();
        return manifest;
    }

    private void checkDependencies() {
        var names = packages.stream().map(Item::name).toList();
        for (var item : packages) {
            for (var dependency : item.dependencies()) {
                if (!names.contains(dependency)) {
                    throw invalid("Package '" + item.name() + "' depends on package '" + dependency
                            + "', which is not in release.MF.");
                }
            }
        }
    }

    private static List<Item> items(Object list, String key, boolean compiled) {
        if (list == null) {
            return List.of();
        }
        if (!(list instanceof List<?> entries)) {
            throw invalid("'" + key + "' in release.MF is not a list.");
        }
        var items = new ArrayList<Item>();
        for (var entry : entries) {
            if (!(entry instanceof Map<?, ?> map)) {
                throw invalid("An entry of '" + key + "' in release.MF is not a hash.");
            }
            items.add(new Item(
                    text(map, "name"),
                    text(map, "fingerprint"),
                    map.get("sha1") == null ? "" : String.valueOf(map.get("sha1")),
                    compiled && map.get("stemcell") != null ? String.valueOf(map.get("stemcell")) : "",
                    map.get("dependencies") instanceof List<?> names
                            ? names.stream().map(String::valueOf).toList()
                            : List.of()));
        }
        return List.copyOf(items);
    }

    private static String text(Map<?, ?> map, String key) {
        var value = map.get(key);
        if (value == null) {
            throw invalid("'" + key + "' is missing in release.MF.");
        }
        var text = String.valueOf(value);
        // Names become directories; two dots would leave them.
        if (!NAME.matcher(text).matches() || text.startsWith(".")) {
            throw invalid("'" + key + "' in release.MF has a character that is not allowed: " + text);
        }
        return text;
    }

    static Map<String, Object> hash(String yaml, String file) {
        Object document;
        try {
            document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        } catch (RuntimeException e) {
            throw new Fault(DirectorFault.RELEASE_INVALID, file + " is not YAML.", String.valueOf(e.getMessage()), e);
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw invalid(file + " is not a YAML hash.");
        }
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return Collections.unmodifiableMap(copy);
    }

    static Fault invalid(String message) {
        return new Fault(DirectorFault.RELEASE_INVALID, message);
    }
}
