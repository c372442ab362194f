package org.openpks.api.profile;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;

/// How a cluster's data is encrypted in etcd, as a file of kube-apiserver says it. Holds keys.
record EncryptionConfiguration(List<Entry> entries) {

    private static final Set<Integer> AES = Set.of(16, 24, 32);
    private static final Set<Integer> SECRETBOX = Set.of(32);

    /// @param providers the first one writes, all of them read
    record Entry(Set<String> resources, List<Provider> providers) {}

    /// @param keys secrets by name; empty for `identity`
    record Provider(String kind, Map<String, String> keys) {
        /// Without the keys.
        @Override
        public String toString() {
            return kind;
        }
    }

    /// Reads the file.
    /// @param problem makes the fault from the end of a sentence about the file
    static EncryptionConfiguration parse(String text, Function<String, Fault> problem) {
        var document = SafeYaml.mapping(text, problem);
        FileContent.kind(document, "apiserver.config.k8s.io/v1", "EncryptionConfiguration", problem);
        var entries = new ArrayList<Entry>();
        for (var entry : list(document.get("resources"), "resources", problem)) {
            entries.add(entry(object(entry, "resources[" + entries.size() + "]", problem), entries.size(), problem));
        }
        return new EncryptionConfiguration(entries);
    }

    /// Whether everything that was written under the other configuration can be read under this one.
    boolean reads(EncryptionConfiguration other) {
        return other.entries.stream().allMatch(entry -> entry.resources().stream()
                .allMatch(resource -> entry.providers().stream().allMatch(old -> reads(resource, old))));
    }

    private boolean reads(String resource, Provider old) {
        return entries.stream()
                .filter(entry -> entry.resources().contains(resource)
                        || entry.resources().contains("*.*"))
                .findFirst()
                .stream()
                .flatMap(entry -> entry.providers().stream())
                .anyMatch(provider -> provider.kind().equals(old.kind())
                        && provider.keys().entrySet().containsAll(old.keys().entrySet()));
    }

    private static Entry entry(Map<?, ?> entry, int number, Function<String, Fault> problem) {
        var path = "resources[%d]".formatted(number);
        var resources = new HashSet<String>();
        for (var resource : list(entry.get("resources"), path + ".resources", problem)) {
            resources.add(text(resource, path + ".resources", problem));
        }
        var providers = new ArrayList<Provider>();
        for (var provider : list(entry.get("providers"), path + ".providers", problem)) {
            var place = "%s.providers[%d]".formatted(path, providers.size());
            providers.add(provider(object(provider, place, problem), place, problem));
        }
        if (providers.getFirst().kind().equals("identity")) {
            throw problem.apply(
                    "has 'identity' as the first provider of %s, which would store data unencrypted".formatted(path));
        }
        return new Entry(resources, providers);
    }

    private static Provider provider(Map<?, ?> provider, String path, Function<String, Fault> problem) {
        if (provider.size() != 1) {
            throw problem.apply("must name exactly one provider at " + path);
        }
        var kind = String.valueOf(provider.keySet().iterator().next());
        var body = provider.values().iterator().next();
        return switch (kind) {
            case "identity" -> new Provider(kind, Map.of());
            case "secretbox" -> new Provider(kind, keys(body, path + "." + kind, SECRETBOX, problem));
            case "aescbc", "aesgcm" -> new Provider(kind, keys(body, path + "." + kind, AES, problem));
            case "kms" ->
                throw problem.apply("names the provider 'kms' at %s, which needs a plugin that the masters do not have"
                        .formatted(path));
            default ->
                throw problem.apply("names an unknown provider at %s; there are aescbc, aesgcm, secretbox and identity"
                        .formatted(path));
        };
    }

    private static Map<String, String> keys(
            @Nullable Object body, String path, Set<Integer> lengths, Function<String, Fault> problem) {
        var keys = new HashMap<String, String>();
        for (var one : list(object(body, path, problem).get("keys"), path + ".keys", problem)) {
            var key = object(one, path + ".keys", problem);
            var name = text(key.get("name"), path + ".keys.name", problem);
            var secret = text(key.get("secret"), path + ".keys.secret", problem);
            if (!lengths.contains(bytes(secret))) {
                throw problem.apply("must have keys of %s bytes in base64 at %s"
                        .formatted(lengths.size() == 1 ? "32" : "16, 24 or 32", path));
            }
            if (keys.put(name, secret) != null) {
                throw problem.apply("has two keys of one name at " + path);
            }
        }
        return keys;
    }

    private static int bytes(String secret) {
        try {
            return Base64.getDecoder().decode(secret).length;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    private static List<?> list(@Nullable Object value, String path, Function<String, Fault> problem) {
        if (value instanceof List<?> list && !list.isEmpty()) {
            return list;
        }
        throw problem.apply("must have a list that is not empty at " + path);
    }

    private static Map<?, ?> object(@Nullable Object value, String path, Function<String, Fault> problem) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw problem.apply("must have a mapping at " + path);
    }

    private static String text(@Nullable Object value, String path, Function<String, Fault> problem) {
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw problem.apply("must have a text at " + path);
    }
}
