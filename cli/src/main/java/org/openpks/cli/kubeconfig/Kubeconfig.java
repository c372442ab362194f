package org.openpks.cli.kubeconfig;

import java.util.Optional;
import java.util.regex.Pattern;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.yaml.Yaml;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// The content of a kubeconfig file.
final class Kubeconfig {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final MappingNode root;

    private Kubeconfig(MappingNode root) {
        this.root = root;
    }

    static Kubeconfig parse(String text) throws Yaml.Malformed {
        var root = Yaml.parse(text);
        var config = new Kubeconfig(root);
        if (Yaml.text(root, "apiVersion").isEmpty()) {
            Yaml.put(root, "apiVersion", Yaml.string("v1"));
        }
        if (Yaml.text(root, "kind").isEmpty()) {
            Yaml.put(root, "kind", Yaml.string("Config"));
        }
        return config;
    }

    /// Takes over the clusters, users and contexts of another kubeconfig and makes its current context the current
    /// one. Entries of the same name are replaced; everything else stays.
    void merge(Json other) throws Yaml.Malformed {
        var current = other.text("current-context");
        var oldUser = find("contexts", current)
                .flatMap(context -> Yaml.get(context, "context"))
                .flatMap(context -> Yaml.text(context, "user"));
        for (var section : new String[] {"clusters", "contexts", "users"}) {
            for (var entry : other.at(section).items()) {
                put(section, entry.text("name"), Yaml.node(entry));
            }
        }
        oldUser.ifPresent(this::dropUnused);
        Yaml.put(root, "current-context", Yaml.string(current));
    }

    String print() {
        return Yaml.print(root);
    }

    /// Each binding makes a user of its own; the one it replaces would only gather dust. Users that people named
    /// stay.
    private void dropUnused(String user) {
        boolean used = section("contexts").stream()
                .flatMap(contexts -> contexts.getValue().stream())
                .flatMap(context -> Yaml.get(context, "context").stream())
                .anyMatch(context ->
                        Yaml.text(context, "user").filter(user::equals).isPresent());
        if (!used && UUID.matcher(user).matches()) {
            section("users").ifPresent(users -> users.getValue().removeIf(entry -> isNamed(entry, user)));
        }
    }

    private void put(String section, String name, Node entry) throws Yaml.Malformed {
        var existing = Yaml.get(root, section);
        if (existing.isPresent()
                && !(existing.get() instanceof SequenceNode)
                && !existing.get().getTag().equals(Tag.NULL)) {
            throw new Yaml.Malformed("%s is not a list".formatted(section));
        }
        var entries = section(section).orElseGet(() -> {
            var fresh = Yaml.sequence();
            Yaml.put(root, section, fresh);
            return fresh;
        });
        var list = entries.getValue();
        for (int i = 0; i < list.size(); i++) {
            if (isNamed(list.get(i), name)) {
                list.set(i, entry);
                return;
            }
        }
        if (list.isEmpty() && entries.getFlowStyle() == FlowStyle.FLOW) {
            entries.setFlowStyle(FlowStyle.BLOCK);
        }
        list.add(entry);
    }

    private Optional<Node> find(String section, String name) {
        return section(section).flatMap(entries -> entries.getValue().stream()
                .filter(entry -> isNamed(entry, name))
                .findFirst());
    }

    private Optional<SequenceNode> section(String name) {
        return Yaml.get(root, name).filter(SequenceNode.class::isInstance).map(SequenceNode.class::cast);
    }

    private static boolean isNamed(Node entry, String name) {
        return Yaml.text(entry, "name").filter(name::equals).isPresent();
    }

    /// Checks that an answer is a kubeconfig with a context to switch to.
    static void check(Json config) {
        if (!config.text("kind").equals("Config")
                || config.text("current-context").isEmpty()
                || config.at("contexts").items().isEmpty()) {
            throw new Failure("The PKS API sent credentials that are not a kubeconfig.");
        }
    }
}
