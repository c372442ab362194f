package org.openpks.api.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;

/// What customizations may say. The shape and what is harmful are checked when a profile is made; whether a Kubernetes
/// version has the flags, then and when a cluster gets the profile.
final class CustomizationRules {

    private static final int MOST_FLAGS = 200;
    private static final int LONGEST_VALUE = 4_096;
    private static final int LONGEST_FLAG = 100;
    private static final Pattern FLAG = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final String PLUGINS_ON = "enable-admission-plugins";
    private static final String PLUGINS_OFF = "disable-admission-plugins";

    /// Plugins that cannot do their work here, or make a cluster useless.
    private static final Map<String, String> USELESS = Map.of(
            "AlwaysAdmit", "it does nothing",
            "AlwaysDeny", "it lets nothing in",
            "EventRateLimit", "it needs a configuration file that the masters do not have",
            "ImagePolicyWebhook", "it needs a configuration file that the masters do not have",
            "AlwaysPullImages", "the cluster's own images are in no registry");

    /// Plugins that keep nodes and pods within their limits.
    private static final Set<String> GUARDS = Set.of(
            "NodeRestriction",
            "PodSecurity",
            "ServiceAccount",
            "NamespaceLifecycle",
            "CertificateApproval",
            "CertificateSigning",
            "CertificateSubjectRestriction");

    private CustomizationRules() {}

    /// Reads customizations that are to be checked, or experimental ones.
    /// @param path where they stand in the body
    /// @throws Fault naming the first that is malformed or harmful
    static List<Customization> read(String path, @Nullable List<Customization.@Nullable Given> given, boolean checked) {
        var read = new ArrayList<Customization>();
        var seen = new HashSet<String>();
        for (var one : given == null ? List.<Customization.@Nullable Given>of() : given) {
            var place = "%s[%d]".formatted(path, read.size());
            var customization = read(place, one, checked);
            if (read.stream().anyMatch(other -> other.component().equals(customization.component()))) {
                throw ProfileFault.rule(
                        place + ".component",
                        "names %s, which stands there already; please put its flags together"
                                .formatted(customization.component()));
            }
            for (var flags : List.of(customization.arguments(), customization.fileArguments())) {
                for (var flag : flags.keySet()) {
                    if (!seen.add(customization.component() + " " + flag)) {
                        throw ProfileFault.invalid(
                                place,
                                "The flag '%s' of %s is set twice in '%s'."
                                        .formatted(flag, customization.component(), path));
                    }
                }
            }
            read.add(customization);
        }
        if (seen.size() > MOST_FLAGS) {
            throw ProfileFault.rule(path, "sets %d flags; at most %d are allowed".formatted(seen.size(), MOST_FLAGS));
        }
        return read;
    }

    private static Customization read(String path, Customization.@Nullable Given given, boolean checked) {
        if (given == null || given.component() == null || given.component().isEmpty()) {
            throw ProfileFault.rule(path + ".component", "is missing");
        }
        var component = Component.of(given.component())
                .orElseThrow(() -> unknownComponent(path + ".component", printable(given.component())));
        var arguments = new TreeMap<String, String>();
        entries(given.arguments()).forEach((flag, value) -> {
            var place = flag(path + ".arguments", flag);
            arguments.put(flag, argument(place, component, flag, value, checked));
        });
        var files = new TreeMap<String, String>();
        entries(given.fileArguments()).forEach((flag, value) -> {
            var place = flag(path + ".file-arguments", flag);
            files.put(flag, file(place, component, flag, value, checked));
        });
        if (arguments.isEmpty() && files.isEmpty()) {
            throw ProfileFault.rule(path + ".arguments", "is missing");
        }
        return new Customization(component.toString(), arguments, files);
    }

    private static Map<String, @Nullable String> entries(@Nullable Map<String, @Nullable String> given) {
        return given == null ? Map.of() : given;
    }

    private static String flag(String path, String flag) {
        if (flag.length() > LONGEST_FLAG || !FLAG.matcher(flag).matches()) {
            throw ProfileFault.rule(
                    path + "." + printable(flag),
                    "is not the name of a flag; names are of small letters, digits and '-', without '--' before them");
        }
        return path + "." + flag;
    }

    private static String argument(
            String path, Component component, String flag, @Nullable String value, boolean checked) {
        refuse(path, component, flag, checked);
        if (FileContent.ENCRYPTION.flag().equals(flag)
                || FileContent.AUDIT_WEBHOOK.flag().equals(flag)
                || (checked && RefusedFlags.namesFile(flag))) {
            throw ProfileFault.rule(
                    path,
                    "names a file, and there are none of yours on the nodes; please give %s of kube-apiserver by 'file-arguments' of 'customizations'"
                            .formatted(String.join(", ", fileFlags())));
        }
        if (value == null) {
            throw ProfileFault.rule(path, "must be a text");
        }
        if (value.length() > LONGEST_VALUE) {
            throw ProfileFault.rule(
                    path, "has %d characters; at most %d are allowed".formatted(value.length(), LONGEST_VALUE));
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw ProfileFault.rule(path, "must not hold control characters");
        }
        if (component == Component.KUBE_APISERVER && flag.equals(PLUGINS_OFF)) {
            for (var plugin : value.split(",", -1)) {
                if (GUARDS.contains(plugin.strip())) {
                    throw ProfileFault.rule(
                            path, "must not name %s, which keeps nodes and pods within their limits".formatted(plugin));
                }
            }
        }
        return value;
    }

    private static String file(String path, Component component, String flag, @Nullable String value, boolean checked) {
        refuse(path, component, flag, checked);
        if (value == null || value.isEmpty()) {
            throw ProfileFault.rule(path, "must not be empty");
        }
        if (value.length() > 2 * FileContent.LONGEST) {
            throw tooLong(path, value);
        }
        var content = FileContent.decoded(value);
        if (content.length() > FileContent.LONGEST) {
            throw tooLong(path, content);
        }
        if (content.indexOf('\0') >= 0) {
            throw ProfileFault.rule(path, "must be a text file");
        }
        var known = known(component, flag);
        if (checked) {
            known.orElseThrow(() -> ProfileFault.rule(
                            path,
                            "is not among the files that are checked (%s of kube-apiserver); please give it by 'experimental_customizations'"
                                    .formatted(String.join(", ", fileFlags()))))
                    .check(content, rule -> ProfileFault.rule(path, rule));
        } else if (known.equals(Optional.of(FileContent.ENCRYPTION))
                || known.equals(Optional.of(FileContent.AUDIT_WEBHOOK))) {
            throw ProfileFault.rule(
                    path, "must be given by 'customizations', so that it is checked before it reaches a cluster");
        }
        return content;
    }

    private static Optional<FileContent> known(Component component, String flag) {
        return component == Component.KUBE_APISERVER
                ? List.of(FileContent.values()).stream()
                        .filter(file -> file.flag().equals(flag))
                        .findFirst()
                : Optional.empty();
    }

    private static List<String> fileFlags() {
        return List.of(FileContent.values()).stream().map(FileContent::flag).toList();
    }

    private static Fault tooLong(String path, String content) {
        return ProfileFault.rule(
                path, "has %d characters; files may have at most %d".formatted(content.length(), FileContent.LONGEST));
    }

    private static void refuse(String path, Component component, String flag, boolean checked) {
        RefusedFlags.of(component, flag)
                .filter(refusal -> checked || refusal.always())
                .ifPresent(refusal -> {
                    throw ProfileFault.rule(
                            path,
                            "cannot be set, because %s (flag '%s' of %s)".formatted(refusal.reason(), flag, component));
                });
    }

    /// What a Kubernetes version has against checked customizations, as a fault; empty when it takes them.
    /// @param path where they stand in the body
    static Optional<Fault> problem(String path, List<Customization> customizations, ComponentFlags flags) {
        try {
            for (int i = 0; i < customizations.size(); i++) {
                var place = "%s[%d]".formatted(path, i);
                var customization = customizations.get(i);
                var component = Component.of(customization.component()).orElseThrow();
                customization
                        .fileArguments()
                        .keySet()
                        .forEach(flag -> type(place + ".file-arguments." + flag, component, flag, flags));
                customization
                        .arguments()
                        .forEach((flag, value) -> check(place + ".arguments." + flag, component, flag, value, flags));
            }
            return Optional.empty();
        } catch (Fault e) {
            return Optional.of(e);
        }
    }

    private static String type(String path, Component component, String flag, ComponentFlags flags) {
        return flags.type(component, flag)
                .orElseThrow(() -> ProfileFault.invalid(
                        path,
                        "The field '%s' is unknown: %s of Kubernetes %s has no flag '%s'.%s"
                                .formatted(
                                        path,
                                        component,
                                        flags.minor(),
                                        flag,
                                        Suggestion.of(flag, settable(component, flags)))));
    }

    /// Flags that a suggestion may name.
    private static Set<String> settable(Component component, ComponentFlags flags) {
        var names = new HashSet<>(flags.names(component));
        names.removeAll(RefusedFlags.names(component));
        return names;
    }

    private static void check(String path, Component component, String flag, String value, ComponentFlags flags) {
        var type = type(path, component, flag, flags);
        var problem = FlagValue.problem(type, value);
        if (problem.isEmpty()) {
            problem = switch (flag) {
                case "feature-gates" -> gates(value, flags);
                case PLUGINS_ON -> plugins(value, flags, true);
                case PLUGINS_OFF -> plugins(value, flags, false);
                case "tls-min-version" ->
                    value.equals("VersionTLS12") || value.equals("VersionTLS13")
                            ? Optional.empty()
                            : Optional.of("must be VersionTLS12 or VersionTLS13");
                case "requestheader-allowed-names" ->
                    value.isEmpty()
                            ? Optional.of("must not be empty, because every name would be allowed")
                            : Optional.empty();
                default -> Optional.empty();
            };
        }
        problem.ifPresent(rule -> {
            throw ProfileFault.invalid(
                    path,
                    "invalid value for %s: the field '%s' %s%s"
                            .formatted(flag, path, rule, rule.endsWith("?") ? "" : "."));
        });
    }

    private static Optional<String> gates(String value, ComponentFlags flags) {
        var set = new HashMap<String, String>();
        for (var pair : value.split(",")) {
            int at = pair.indexOf('=');
            var name = at < 0 ? pair : pair.substring(0, at).replaceFirst("^kube:", "");
            if (!flags.gates().contains(name)) {
                return Optional.of(missing("feature gate", name, flags, flags.gates()));
            }
            var switched = at < 0 ? "" : pair.substring(at + 1);
            if (!switched.equals("true") && !switched.equals("false")) {
                return Optional.of("must set each feature gate to true or false");
            }
            if (set.put(name, switched) != null) {
                return Optional.of("sets the feature gate '%s' twice".formatted(name));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> plugins(String value, ComponentFlags flags, boolean on) {
        for (var plugin : value.split(",")) {
            if (!flags.plugins().contains(plugin)) {
                return Optional.of(missing("admission plugin", plugin, flags, flags.plugins()));
            }
            if (on && USELESS.containsKey(plugin)) {
                return Optional.of("must not name %s: %s".formatted(plugin, USELESS.get(plugin)));
            }
        }
        return Optional.empty();
    }

    private static String missing(String what, String name, ComponentFlags flags, Set<String> known) {
        var suggestion = Suggestion.of(name, known);
        return "names the %s '%s', which Kubernetes %s does not have%s"
                .formatted(what, printable(name), flags.minor(), suggestion.isEmpty() ? "" : "." + suggestion);
    }

    private static Fault unknownComponent(String path, String component) {
        return ProfileFault.invalid(
                path,
                "The field '%s' names the component '%s', which is unknown.%s The components are: %s."
                        .formatted(
                                path,
                                component,
                                Suggestion.of(component, Component.programs()),
                                String.join(", ", Component.programs())));
    }

    private static String printable(String text) {
        var shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
