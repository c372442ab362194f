package org.openpks.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;

/// The file behind kube-apiserver's `encryption-provider-config`, as a profile may have it. The job puts the
/// product's own key behind its providers, so that what was written before stays readable.
final class EncryptionConfig {

    static final String FLAG = "encryption-provider-config";

    private static final Set<String> PROVIDERS = Set.of("aescbc", "aesgcm", "secretbox", "identity");

    private EncryptionConfig() {}

    /// Refuses what kube-apiserver could not start with for sure; it checks the rest itself.
    static void check(String path, String text) {
        var tree = tree(path, text);
        if (!"EncryptionConfiguration".equals(tree.get("kind"))) {
            throw Parameters.invalid(path, "must be an EncryptionConfiguration");
        }
        if (!(tree.get("resources") instanceof List<?> entries) || entries.isEmpty()) {
            throw Parameters.invalid(path, "must have a list of resources");
        }
        for (var entry : entries) {
            if (!(entry instanceof Map<?, ?> map)
                    || !(map.get("resources") instanceof List<?> resources)
                    || resources.isEmpty()
                    || !(map.get("providers") instanceof List<?> providers)
                    || providers.isEmpty()) {
                throw Parameters.invalid(path, "must name resources and providers in each of its entries");
            }
            providers.forEach(provider -> provider(path, provider));
        }
    }

    private static void provider(String path, @Nullable Object value) {
        var names = Maps.map(value instanceof Map<?, ?> map ? withoutNulls(map) : null)
                .keySet();
        if (names.size() != 1) {
            throw Parameters.invalid(path, "must have one provider in each item of providers");
        }
        var name = names.iterator().next();
        if (!PROVIDERS.contains(name)) {
            throw Parameters.invalid(
                    path,
                    name.equals("kms")
                            ? "cannot use the provider kms: masters run no plugin for it"
                            : "has the unknown provider " + name);
        }
    }

    /// `identity:` without a value is as good as `identity: {}`.
    private static Map<Object, Object> withoutNulls(Map<?, ?> map) {
        var copy = new LinkedHashMap<Object, Object>();
        map.forEach((key, item) -> copy.put(key, item == null ? Map.of() : item));
        return copy;
    }

    /// The keys that data may be written with: provider, name and secret of each.
    static Set<String> keys(String text) {
        var keys = new TreeSet<String>();
        for (var entry : Maps.maps(tree(FLAG, text).get("resources"))) {
            for (var provider : Maps.maps(entry.get("providers"))) {
                provider.forEach((kind, settings) -> {
                    for (var key : Maps.maps(Maps.map(settings).get("keys"))) {
                        keys.add("%s/%s/%s".formatted(kind, key.get("name"), key.get("secret")));
                    }
                });
            }
        }
        return keys;
    }

    private static Map<String, Object> tree(String path, String text) {
        try {
            return Maps.named(Yaml.map(text));
        } catch (Fault e) {
            throw Parameters.invalid(path, "must be YAML");
        }
    }
}
