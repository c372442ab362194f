package org.openpks.adapter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an owner changes of the plan's machines: the parameter `compute_profile`. What it leaves open is the
/// plan's. With node pools the workers are instance groups `worker-POOL` in place of the group `worker`.
/// @param kept the parameter as it was given; empty for none
/// @param workerAzs of the workers, where a pool names none
record ComputeProfile(
        Map<String, Object> kept,
        Optional<List<String>> masterAzs,
        Optional<List<String>> workerAzs,
        Machines controlPlane,
        List<Pool> pools) {

    static final String PARAMETER = "compute_profile";

    private static final String CUSTOMIZATION = "cluster_customization";
    private static final String AZ_NAMES = "az_names";
    private static final String INSTANCES = "instances";
    private static final Set<String> FIELDS = Set.of("name", "description", "parameters");
    private static final Set<String> PARAMETERS = Set.of("azs", "master_azs", "worker_azs", CUSTOMIZATION);
    private static final List<String> RESOURCES = List.of("cpu", "memory_in_mb", "ephemeral_disk_in_mb");
    private static final Set<String> CONTROL_PLANE =
            Set.of("cpu", "memory_in_mb", "ephemeral_disk_in_mb", "persistent_disk_in_mb", AZ_NAMES, INSTANCES);
    private static final Set<String> POOL = Set.of(
            "name",
            "description",
            "cpu",
            "memory_in_mb",
            "ephemeral_disk_in_mb",
            "persistent_disk_in_mb",
            AZ_NAMES,
            INSTANCES,
            "max_worker_instances",
            "node_labels",
            "node_taints");

    /// A part of the name of a machine's group, its DNS names and a node label.
    private static final Pattern POOL_NAME = Pattern.compile("[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?");

    private static final Set<String> RESERVED_NAMES = Set.of("windows");
    private static final Set<Integer> MASTER_COUNTS = Set.of(1, 3, 5);
    private static final int MOST = 1 << 30;

    /// Labels of the product's own.
    private static final Set<String> OWN_LABELS = Set.of("bosh.id", "bosh.zone", "spec.ip", Pool.LABEL);

    private static final Pattern LABEL = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?");
    /// Names below it are Kubernetes' own; a node may give itself those that begin with these.
    private static final Pattern KUBERNETES = Pattern.compile("(?:.*\\.)?(?:kubernetes|k8s)\\.io/.*");

    private static final Pattern NODE_OWN = Pattern.compile("(?:.*\\.)?(?:node|kubelet)\\.kubernetes\\.io/.*");
    private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    /// What machines of a group are, as far as it differs from the plan.
    /// @param resources BOSH's `vm_resources`, all three or none
    /// @param persistentDiskMb 0 for none
    record Machines(
            Map<String, Object> resources,
            Optional<Integer> persistentDiskMb,
            Optional<List<String>> azs,
            Optional<Integer> instances) {}

    /// @param taints each `key=value:Effect`
    record Pool(
            String name,
            Machines machines,
            Optional<Integer> mostInstances,
            Map<String, String> labels,
            List<String> taints) {

        /// The label by which a node tells its pool.
        static final String LABEL = "openpks.org/node-pool";

        String group() {
            return "worker-" + name;
        }

        private boolean takesEveryPod() {
            return taints.stream().allMatch(taint -> taint.endsWith(":PreferNoSchedule"));
        }
    }

    /// Reads the parameter; [#kept()] of the result reads as the same again.
    static ComputeProfile of(@Nullable Object value) {
        if (value == null) {
            return none();
        }
        var fields = fields(PARAMETER, value, FIELDS);
        if (fields.isEmpty()) {
            return none();
        }
        Parameters.plain(PARAMETER, fields);
        if (!(fields.get("name") instanceof String name) || name.isBlank()) {
            throw Parameters.invalid(PARAMETER + ".name", "must be the profile's name");
        }
        var path = PARAMETER + ".parameters";
        var parameters = fields(path, fields.getOrDefault("parameters", Map.of()), PARAMETERS);
        var customizationPath = path + "." + CUSTOMIZATION;
        var customization = fields(
                customizationPath,
                parameters.getOrDefault(CUSTOMIZATION, Map.of()),
                Set.of("control_plane", "node_pools"));
        var controlPath = customizationPath + ".control_plane";
        var controlPlane = machines(
                controlPath, fields(controlPath, customization.getOrDefault("control_plane", Map.of()), CONTROL_PLANE));
        controlPlane.instances().filter(count -> !MASTER_COUNTS.contains(count)).ifPresent(count -> {
            throw Parameters.invalid(
                    controlPath + "." + INSTANCES, "must be 1, 3 or 5, so that a majority of the masters can agree");
        });
        if (controlPlane.persistentDiskMb().filter(size -> size == 0).isPresent()) {
            throw Parameters.invalid(
                    controlPath + ".persistent_disk_in_mb", "must be at least 1: the cluster's data lie there");
        }
        return new ComputeProfile(
                Maps.sorted(fields),
                names(path + ".master_azs", parameters.get("master_azs")),
                names(path + ".worker_azs", parameters.get("worker_azs")),
                controlPlane,
                pools(customizationPath + ".node_pools", customization.get("node_pools")));
    }

    private static ComputeProfile none() {
        return new ComputeProfile(
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                new Machines(Map.of(), Optional.empty(), Optional.empty(), Optional.empty()),
                List.of());
    }

    private static List<Pool> pools(String path, @Nullable Object value) {
        var pools = new ArrayList<Pool>();
        for (var item : list(path, value)) {
            var pool = pool("%s[%d]".formatted(path, pools.size()), item);
            if (pools.stream().anyMatch(before -> before.name().equals(pool.name()))) {
                throw Parameters.invalid("%s[%d].name".formatted(path, pools.size()), "is there twice: " + pool.name());
            }
            pools.add(pool);
        }
        if (!pools.isEmpty() && pools.stream().noneMatch(Pool::takesEveryPod)) {
            throw Parameters.invalid(
                    path, "must have a pool without the taints NoSchedule and NoExecute: the cluster's DNS runs there");
        }
        return List.copyOf(pools);
    }

    private static Pool pool(String path, @Nullable Object value) {
        var fields = fields(path, value, POOL);
        if (!(fields.get("name") instanceof String name)
                || !POOL_NAME.matcher(name).matches()
                || RESERVED_NAMES.contains(name)) {
            throw Parameters.invalid(
                    path + ".name",
                    "must be up to 40 lower case letters, digits and '-', beginning with a letter, and not windows");
        }
        var machines = machines(path, fields);
        var most = number(path, fields, "max_worker_instances", 1);
        machines.instances().ifPresent(count -> {
            if (count < 1 || count > most.orElse(MOST)) {
                throw Parameters.invalid(
                        path + "." + INSTANCES,
                        most.map(limit -> "must be between 1 and %d, its max_worker_instances".formatted(limit))
                                .orElse("must be at least 1"));
            }
        });
        return new Pool(
                name,
                machines,
                most,
                labels(path + ".node_labels", fields.get("node_labels")),
                taints(path + ".node_taints", fields.get("node_taints")));
    }

    private static Machines machines(String path, Map<String, Object> fields) {
        var given = RESOURCES.stream().filter(fields::containsKey).toList();
        if (!given.isEmpty() && given.size() < RESOURCES.size()) {
            throw Parameters.invalid(path, "must have all of %s or none".formatted(String.join(", ", RESOURCES)));
        }
        var resources = new LinkedHashMap<String, Object>();
        if (!given.isEmpty()) {
            resources.put("cpu", number(path, fields, "cpu", 1).orElseThrow());
            resources.put("ram", number(path, fields, "memory_in_mb", 512).orElseThrow());
            resources.put(
                    "ephemeral_disk_size",
                    number(path, fields, "ephemeral_disk_in_mb", 1024).orElseThrow());
        }
        return new Machines(
                resources,
                number(path, fields, "persistent_disk_in_mb", 0),
                names(path + "." + AZ_NAMES, fields.get(AZ_NAMES)),
                number(path, fields, INSTANCES, 0));
    }

    private static Optional<Integer> number(String path, Map<String, Object> fields, String name, int least) {
        return Optional.ofNullable(fields.get(name))
                .map(value -> Parameters.number(path + "." + name, value, least, MOST));
    }

    private static Optional<List<String>> names(String path, @Nullable Object value) {
        if (value == null) {
            return Optional.empty();
        }
        var names = new ArrayList<String>();
        for (var item : list(path, value)) {
            if (!(item instanceof String name) || name.isBlank() || names.contains(name)) {
                throw Parameters.invalid(path, "must list names of availability zones, each once");
            }
            names.add(name);
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(names));
    }

    private static Map<String, String> labels(String path, @Nullable Object value) {
        var labels = new TreeMap<String, String>();
        for (var text : pairs(path, value)) {
            int equals = text.indexOf('=');
            var name = equals < 0 ? text : text.substring(0, equals);
            var label = equals < 0 ? "" : text.substring(equals + 1);
            if (!LABEL.matcher(name).matches() || !VALUE.matcher(label).matches()) {
                throw Parameters.invalid(path, "must be labels such as tier=web,example.com/disk=ssd, not " + text);
            }
            if (OWN_LABELS.contains(name)
                    || KUBERNETES.matcher(name).matches()
                            && !NODE_OWN.matcher(name).matches()) {
                throw Parameters.invalid(path, "cannot set %s: no node may give itself this label".formatted(name));
            }
            labels.put(name, label);
        }
        return labels;
    }

    private static List<String> taints(String path, @Nullable Object value) {
        var taints = new ArrayList<String>();
        for (var text : pairs(path, value)) {
            int colon = text.lastIndexOf(':');
            var effect = text.substring(colon + 1);
            var pair = colon < 0 ? "" : text.substring(0, colon);
            int equals = pair.indexOf('=');
            var key = equals < 0 ? pair : pair.substring(0, equals);
            var taint = equals < 0 ? "" : pair.substring(equals + 1);
            if (!EFFECTS.contains(effect)
                    || !LABEL.matcher(key).matches()
                    || !VALUE.matcher(taint).matches()) {
                throw Parameters.invalid(
                        path,
                        "must be taints such as dedicated=db:NoSchedule, with the effect NoSchedule, PreferNoSchedule or NoExecute, not "
                                + text);
            }
            taints.add("%s=%s:%s".formatted(key, taint, effect));
        }
        return List.copyOf(taints);
    }

    private static List<String> pairs(String path, @Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof String text)) {
            throw Parameters.invalid(path, "must be a string");
        }
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(pair -> !pair.isEmpty())
                .toList();
    }

    private static List<?> list(String path, @Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw Parameters.invalid(path, "must be a list");
        };
    }

    private static Map<String, Object> fields(String path, @Nullable Object value, Set<String> known) {
        if (!(value instanceof Map<?, ?> map)) {
            throw Parameters.invalid(path, "must be an object");
        }
        var fields = Maps.named(map);
        fields.keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw Parameters.invalid(path + "." + name, "is not a field of a compute profile");
                });
        return fields;
    }
}
