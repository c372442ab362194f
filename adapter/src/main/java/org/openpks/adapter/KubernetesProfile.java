package org.openpks.adapter;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an owner changes of the arguments of Kubernetes' own programs: the parameter `kubernetes_profile`.
///
/// The contents of file arguments are secrets of the cluster. The manifest names them by [FileArgument#reference()],
/// and so does what the manifest keeps for later; a name holds some digits of the content, because a changed
/// content must be a changed manifest.
/// @param name empty for none
record KubernetesProfile(String name, List<Customization> validated, List<Customization> experimental) {

    static final String PARAMETER = "kubernetes_profile";
    static final KubernetesProfile NONE = new KubernetesProfile("", List.of(), List.of());

    private static final String VALIDATED = "customizations";
    private static final String EXPERIMENTAL = "experimental_customizations";
    private static final String ARGUMENTS = "arguments";
    private static final String FILES = "file-arguments";
    private static final Set<String> FIELDS = Set.of("name", "description", VALIDATED, EXPERIMENTAL);
    private static final Set<String> CUSTOMIZATION_FIELDS = Set.of("component", ARGUMENTS, FILES);

    private static final Pattern FLAG = Pattern.compile("[a-z][a-z0-9-]{0,99}");
    private static final Pattern SECRET =
            Pattern.compile("\\(\\((?:/[^()\\s]*/|odb_secret:)(kubernetes-profile-[a-z0-9-]+-[0-9a-f]{12})\\)\\)");
    private static final int MAX_VALUE = 4096;
    private static final int MAX_FILE = 64 << 10;
    private static final int DIGEST_DIGITS = 12;

    /// @param files contents by flag
    record Customization(
            Component component, SortedMap<String, String> arguments, SortedMap<String, FileArgument> files) {

        private Map<String, Object> kept() {
            var kept = new LinkedHashMap<String, Object>();
            kept.put("component", component.text());
            kept.put(ARGUMENTS, arguments);
            if (!files.isEmpty()) {
                var references = new TreeMap<String, Object>();
                files.forEach((flag, file) -> references.put(flag, file.reference()));
                kept.put(FILES, references);
            }
            return kept;
        }
    }

    /// @param secret the name of the content among the secrets that the broker keeps for the adapter
    /// @param content empty when it was handed over before
    record FileArgument(String secret, Optional<String> content) {

        String reference() {
            return "((odb_secret:%s))".formatted(secret);
        }

        /// A content is never printed.
        @Override
        public String toString() {
            return secret;
        }
    }

    /// What one program is started with beside the product's own arguments; what was tried out stands behind what
    /// was validated.
    record Arguments(SortedMap<String, String> values, SortedMap<String, FileArgument> files) {

        /// As the jobs take them: `k8s_args` and `k8s_files`.
        void addTo(Map<String, Object> properties) {
            if (!values.isEmpty()) {
                properties.put("k8s_args", values);
            }
            if (!files.isEmpty()) {
                var references = new TreeMap<String, Object>();
                files.forEach((flag, file) -> references.put(flag, file.reference()));
                properties.put("k8s_files", references);
            }
        }
    }

    /// Reads the parameter, or what [#kept()] wrote.
    static KubernetesProfile of(@Nullable Object value) {
        if (value == null) {
            return NONE;
        }
        var fields = fields(PARAMETER, value, FIELDS);
        if (fields.isEmpty()) {
            return NONE;
        }
        var name = fields.get("name");
        if (!(name instanceof String text) || text.isBlank()) {
            throw Parameters.invalid(PARAMETER + ".name", "must be the profile's name");
        }
        return new KubernetesProfile(
                text,
                customizations(VALIDATED, fields.get(VALIDATED)),
                customizations(EXPERIMENTAL, fields.get(EXPERIMENTAL)));
    }

    private static List<Customization> customizations(String block, @Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        var path = PARAMETER + "." + block;
        if (!(value instanceof List<?> list)) {
            throw Parameters.invalid(path, "must be a list");
        }
        var read = new ArrayList<Customization>();
        for (int i = 0; i < list.size(); i++) {
            var one = customization("%s[%d]".formatted(path, i), list.get(i));
            if (read.stream().anyMatch(before -> before.component() == one.component())) {
                throw Parameters.invalid(
                        "%s[%d].component".formatted(path, i),
                        "names %s twice".formatted(one.component().text()));
            }
            read.add(one);
        }
        return List.copyOf(read);
    }

    private static Customization customization(String path, @Nullable Object value) {
        var fields = fields(path, value, CUSTOMIZATION_FIELDS);
        var component = Component.named(fields.get("component"))
                .orElseThrow(() -> Parameters.invalid(path + ".component", "must be one of " + Component.names()));
        var arguments = new TreeMap<String, String>();
        var files = new TreeMap<String, FileArgument>();
        fields(path + "." + ARGUMENTS, fields.getOrDefault(ARGUMENTS, Map.of()), null)
                .forEach((flag, text) -> {
                    var where = path + "." + ARGUMENTS + "." + flag;
                    check(where, component, flag);
                    arguments.put(flag, component.value(where, flag, text(where, text, MAX_VALUE)));
                });
        fields(path + "." + FILES, fields.getOrDefault(FILES, Map.of()), null).forEach((flag, text) -> {
            var where = path + "." + FILES + "." + flag;
            check(where, component, flag);
            if (arguments.containsKey(flag)) {
                throw Parameters.invalid(where, "is given as an argument too");
            }
            files.put(flag, file(where, component, flag, text(where, text, MAX_FILE)));
        });
        return new Customization(component, arguments, files);
    }

    private static void check(String path, Component component, String flag) {
        if (!FLAG.matcher(flag).matches()) {
            throw Parameters.invalid(path, "is no flag: lower case letters, digits and '-', without leading dashes");
        }
        component.refusal(flag).ifPresent(why -> {
            throw Parameters.invalid(path, why);
        });
    }

    private static FileArgument file(String path, Component component, String flag, String text) {
        var reference = SECRET.matcher(text);
        if (reference.matches()) {
            return new FileArgument(reference.group(1), Optional.empty());
        }
        if (component == Component.API_SERVER && flag.equals(EncryptionConfig.FLAG)) {
            EncryptionConfig.check(path, text);
        }
        var name = "kubernetes-profile-%s-%s-%s".formatted(component.text(), flag, digest(text));
        return new FileArgument(name, Optional.of(text));
    }

    private static String text(String path, @Nullable Object value, int most) {
        if (!(value instanceof String text)) {
            throw Parameters.invalid(path, "must be a string");
        }
        if (text.length() > most) {
            throw Parameters.invalid(path, "must not have more than %d characters".formatted(most));
        }
        if (most == MAX_VALUE) {
            Parameters.plain(path, text);
        } else if (text.isBlank()) {
            throw Parameters.invalid(path, "must not be empty");
        }
        return text;
    }

    private static Map<String, Object> fields(String path, @Nullable Object value, @Nullable Set<String> known) {
        if (!(value instanceof Map<?, ?> map)) {
            throw Parameters.invalid(path, "must be an object");
        }
        var fields = Maps.named(map);
        if (known != null) {
            fields.keySet().stream()
                    .filter(field -> !known.contains(field))
                    .findFirst()
                    .ifPresent(field -> {
                        throw Parameters.invalid(path + "." + field, "is not a field of a Kubernetes profile");
                    });
        }
        return fields;
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, DIGEST_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }

    boolean isNone() {
        return name.isEmpty();
    }

    /// What a later request finds in the manifest: the same without contents. Empty for none.
    Map<String, Object> kept() {
        if (isNone()) {
            return Map.of();
        }
        var kept = new LinkedHashMap<String, Object>();
        kept.put("name", name);
        kept.put(VALIDATED, validated.stream().map(Customization::kept).toList());
        if (!experimental.isEmpty()) {
            kept.put(
                    EXPERIMENTAL, experimental.stream().map(Customization::kept).toList());
        }
        return kept;
    }

    /// The contents that were handed over now, by the names of their secrets.
    Map<String, Object> secrets() {
        var secrets = new TreeMap<String, Object>();
        for (var block : List.of(validated, experimental)) {
            for (var one : block) {
                one.files().values().forEach(file -> file.content()
                        .ifPresent(text -> secrets.put(file.secret(), text)));
            }
        }
        return secrets;
    }

    /// What a program gets; the same key in both blocks is the validated one's.
    Arguments of(Component component) {
        var values = new TreeMap<String, String>();
        var files = new TreeMap<String, FileArgument>();
        for (var block : List.of(experimental, validated)) {
            for (var one : block) {
                if (one.component() == component) {
                    one.arguments().keySet().forEach(files::remove);
                    one.files().keySet().forEach(values::remove);
                    values.putAll(one.arguments());
                    files.putAll(one.files());
                }
            }
        }
        return new Arguments(values, files);
    }

    /// Whether the cluster has its users from a provider of the profile's own.
    boolean namesIssuer() {
        return of(Component.API_SERVER).values().containsKey(Oidc.FLAG_ISSUER);
    }
}
