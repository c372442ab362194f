package org.openpks.adapter;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// The rules for plans of Kubernetes clusters: what the product's plan pane asks for, and what a manifest can be
/// made of. All mistakes are found at once.
public final class PlanRules {

    /// The property that says on what workers run: `linux`, also when it is absent, or `windows`.
    public static final String OS = "os";

    /// The property for the Pod Security level that holds where a namespace says nothing itself.
    static final String POD_SECURITY = "pod_security";

    static final Set<String> POD_SECURITY_LEVELS = ordered("privileged", "baseline", "restricted");

    private static final Set<Integer> MASTER_COUNTS = Set.of(1, 3, 5);

    private static final Set<String> PROPERTIES = ordered(
            "max_worker_instances",
            "allow_privileged_containers",
            "admission_plugins",
            POD_SECURITY,
            "kubelet",
            "node_drain",
            "addons",
            "errand_vm_type",
            "worker_max_in_flight",
            "network",
            Oidc.PROPERTY,
            OS,
            "ha_linux_workers");

    private static final Pattern QUANTITY =
            Pattern.compile("[+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?");
    private static final Pattern PERCENTAGE = Pattern.compile("(?:100|\\d{1,2})(?:\\.\\d+)?%");

    private static final Set<String> RESERVED = ordered("cpu", "memory", "ephemeral-storage", "pid");
    private static final Set<String> SIGNALS = ordered(
            "memory.available",
            "nodefs.available",
            "nodefs.inodesFree",
            "imagefs.available",
            "imagefs.inodesFree",
            "containerfs.available",
            "containerfs.inodesFree",
            "pid.available");

    /// @param path from the plan on, for example `instance_groups[0].instances`
    /// @param problem what it must be
    public record Mistake(String path, String problem) {}

    private final Plan plan;
    private final boolean windows;
    private final List<Mistake> mistakes = new ArrayList<>();

    private PlanRules(Plan plan) {
        this.plan = plan;
        this.windows = "windows".equals(plan.properties().get(OS));
    }

    /// Everything that is wrong with a plan; empty for a good one.
    public static List<Mistake> check(Plan plan) {
        var rules = new PlanRules(plan);
        rules.instanceGroups();
        rules.properties();
        return List.copyOf(rules.mistakes);
    }

    // ---- machines

    private void instanceGroups() {
        var names = new LinkedHashSet<String>();
        for (int i = 0; i < plan.instanceGroups().size(); i++) {
            var group = plan.instanceGroups().get(i);
            var path = "instance_groups[%d]".formatted(i);
            if (!names.add(group.name())) {
                wrong(path + ".name", "is there twice: " + group.name());
            }
            switch (group.name()) {
                case "master" -> masters(path, group);
                case "worker" -> workers(path, group);
                default -> wrong(path + ".name", "must be master or worker, not " + group.name());
            }
            places(path + ".azs", group.azs(), "availability zone");
            places(path + ".networks", group.networks(), "network");
        }
        for (var name : List.of("master", "worker")) {
            if (!names.contains(name)) {
                wrong("instance_groups", "must have a group named " + name);
            }
        }
    }

    private void masters(String path, Plan.InstanceGroup group) {
        if (!MASTER_COUNTS.contains(group.instances())) {
            wrong(path + ".instances", "must be 1, 3 or 5, so that a majority of the masters can agree");
        }
        if (group.persistentDiskType().isEmpty()) {
            wrong(
                    path + ".persistent_disk_type",
                    "is missing; a master without one loses the cluster with its machine");
        }
    }

    private void workers(String path, Plan.InstanceGroup group) {
        if (group.instances() < 1) {
            wrong(path + ".instances", "must be at least 1");
        }
        if (plan.properties().get("max_worker_instances") instanceof Integer most
                && most >= 1
                && group.instances() > most) {
            wrong(path + ".instances", "must be at most max_worker_instances, which is " + most);
        }
        if (windows && group.persistentDiskType().isPresent()) {
            wrong(path + ".persistent_disk_type", "cannot be given: Windows workers have none");
        }
    }

    private void places(String path, List<String> names, String what) {
        if (names.isEmpty()) {
            wrong(path, "must name at least one " + what);
        }
        if (Set.copyOf(names).size() < names.size()) {
            wrong(path, "names one %s twice".formatted(what));
        }
    }

    // ---- properties

    private void properties() {
        var values = plan.properties();
        values.keySet().stream()
                .filter(name -> !PROPERTIES.contains(name))
                .forEach(name ->
                        wrong("properties." + name, "is not a setting of a plan; there are " + list(PROPERTIES)));
        number("max_worker_instances", values.get("max_worker_instances"), true);
        truth("properties.allow_privileged_containers", values.get("allow_privileged_containers"));
        truth("properties.ha_linux_workers", values.get("ha_linux_workers"));
        oneOf(OS, values.get(OS), ordered("linux", "windows"));
        oneOf(POD_SECURITY, values.get(POD_SECURITY), POD_SECURITY_LEVELS);
        text("errand_vm_type", values.get("errand_vm_type"));
        inFlight(values.get("worker_max_in_flight"));
        admissionPlugins(values.get("admission_plugins"));
        kubelet(map("kubelet", values.get("kubelet")));
        drain(map("node_drain", values.get("node_drain")));
        network(map("network", values.get("network")));
        Oidc.mistakes(map(Oidc.PROPERTY, values.get(Oidc.PROPERTY)))
                .forEach((key, problem) -> wrong("properties.%s.%s".formatted(Oidc.PROPERTY, key), problem));
        addons(values.get("addons"));
        if (windows && Boolean.TRUE.equals(values.get("allow_privileged_containers"))) {
            wrong("properties.allow_privileged_containers", "must be false: Windows has no privileged containers");
        }
        if (!windows && values.containsKey("ha_linux_workers")) {
            wrong("properties.ha_linux_workers", "is for Windows plans alone");
        }
    }

    private void admissionPlugins(@Nullable Object value) {
        if (value == null) {
            return;
        }
        if (!(value instanceof List<?> names)) {
            wrong("properties.admission_plugins", "must be a list");
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            var path = "properties.admission_plugins[%d]".formatted(i);
            AdmissionPlugins.refusal(String.valueOf(names.get(i))).ifPresent(why -> wrong(path, why));
        }
    }

    private void kubelet(Map<String, Object> kubelet) {
        kubelet.forEach((name, value) -> {
            var path = "properties.kubelet." + name;
            switch (name) {
                case "system_reserved" -> quantities(path, value, RESERVED, false);
                case "eviction_hard" -> quantities(path, value, SIGNALS, true);
                case "windows_pause_image" -> {
                    if (!windows) {
                        wrong(path, "is for Windows plans alone");
                    } else if (!(value instanceof String text) || text.isBlank()) {
                        wrong(path, "must be the name of an image");
                    }
                }
                default -> wrong(path, "must be system_reserved, eviction_hard or windows_pause_image");
            }
        });
    }

    private void quantities(String path, Object value, Set<String> names, boolean orPercentage) {
        if (!(value instanceof Map<?, ?> map)) {
            wrong(
                    path,
                    "must be a map, for example {%s: 250Mi}"
                            .formatted(names.contains("memory") ? "memory" : "memory.available"));
            return;
        }
        Maps.named(map).forEach((name, amount) -> {
            var text = String.valueOf(amount);
            if (!names.contains(name)) {
                wrong(path + "." + name, "must be one of " + list(names));
            } else if (!QUANTITY.matcher(text).matches()
                    && !(orPercentage && PERCENTAGE.matcher(text).matches())) {
                wrong(
                        path + "." + name,
                        "must be a quantity such as 250Mi%s, not %s"
                                .formatted(orPercentage ? " or 10%" : " or 150m", text));
            }
        });
    }

    private void drain(Map<String, Object> drain) {
        var known = new LinkedHashSet<String>();
        for (var setting : Parameters.Drain.values()) {
            known.add(setting.property);
            var value = drain.get(setting.property);
            if (value != null) {
                try {
                    setting.check(value);
                } catch (Fault e) {
                    wrong(
                            "properties.node_drain." + setting.property,
                            e.userMessage()
                                    .substring(setting.parameter.length())
                                    .strip());
                }
            }
        }
        drain.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> wrong("properties.node_drain." + name, "must be one of " + list(known)));
        if (Boolean.TRUE.equals(drain.get("force_node"))
                && (drain.get("timeout_minutes") == null || Integer.valueOf(0).equals(drain.get("timeout_minutes")))) {
            wrong("properties.node_drain.force_node", "needs timeout_minutes greater than 0");
        }
    }

    private void network(Map<String, Object> network) {
        network.forEach((name, value) -> {
            var path = "properties.network." + name;
            switch (name) {
                case "pod_cidr", "service_cidr" -> {
                    try {
                        Cidr.parse(String.valueOf(value));
                    } catch (Fault e) {
                        wrong(path, "must be a network such as 10.100.200.0/24, not " + value);
                    }
                }
                case "backend" -> {
                    if (!Set.of("host-gw", "vxlan").contains(String.valueOf(value))) {
                        wrong(path, "must be host-gw or vxlan, not " + value);
                    }
                }
                case "api_addresses" -> {
                    try {
                        AddressPool.of(plan);
                    } catch (IllegalArgumentException e) {
                        wrong(path, String.valueOf(e.getMessage()));
                    }
                }
                default -> wrong(path, "must be pod_cidr, service_cidr, backend or api_addresses");
            }
        });
    }

    private void addons(@Nullable Object value) {
        var path = "properties.addons";
        if (value == null) {
            return;
        }
        if (!(value instanceof String text)) {
            wrong(path, "must be a text of YAML documents");
            return;
        }
        try {
            int number = 0;
            var loader = new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions()));
            for (Object document : loader.loadAll(text)) {
                number++;
                if (document != null) {
                    addon("%s, document %d".formatted(path, number), document);
                }
            }
        } catch (YAMLException e) {
            var line = e.getMessage() == null
                    ? ""
                    : e.getMessage().lines().findFirst().orElse("");
            wrong(path, "is not YAML: " + line);
        }
    }

    private void addon(String path, Object document) {
        if (!(document instanceof Map<?, ?> map)) {
            wrong(path, "must be a Kubernetes object");
            return;
        }
        for (var field : List.of("apiVersion", "kind")) {
            if (!(map.get(field) instanceof String text) || text.isBlank()) {
                wrong(path, "has no " + field);
            }
        }
    }

    // ---- types

    private void number(String name, @Nullable Object value, boolean required) {
        if (value == null && !required) {
            return;
        }
        if (!(value instanceof Integer count) || count < 1) {
            wrong(
                    "properties." + name,
                    value == null ? "is missing" : "must be a whole number of at least 1, not " + value);
        }
    }

    private void inFlight(@Nullable Object value) {
        if (value instanceof String text
                && Properties.WHOLE_PERCENTAGE.matcher(text).matches()) {
            return;
        }
        number("worker_max_in_flight", value, false);
    }

    private void truth(String path, @Nullable Object value) {
        if (value != null && !(value instanceof Boolean)) {
            wrong(path, "must be true or false, not " + value);
        }
    }

    private void text(String name, @Nullable Object value) {
        if (value != null && (!(value instanceof String text) || text.isBlank())) {
            wrong("properties." + name, "must be a text");
        }
    }

    private void oneOf(String name, @Nullable Object value, Set<String> values) {
        if (value != null && !values.contains(String.valueOf(value))) {
            wrong("properties." + name, "must be one of %s, not %s".formatted(list(values), value));
        }
    }

    private Map<String, Object> map(String name, @Nullable Object value) {
        if (value != null && !(value instanceof Map)) {
            wrong("properties." + name, "must be a map");
        }
        return Maps.map(value);
    }

    private void wrong(String path, String problem) {
        mistakes.add(new Mistake(path, problem));
    }

    private static Set<String> ordered(String... names) {
        return new LinkedHashSet<>(List.of(names));
    }

    private static String list(Set<String> names) {
        return String.join(", ", names);
    }
}
