package org.openpks.api.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The parameters of compute profiles: those of the product's 1.7, which are about availability zones, and those that
/// came after it, about sizes and pools of nodes.
final class ComputeProfileRules {

    /// The longest name of a profile, in characters.
    static final int LONGEST_NAME = 26;

    private static final int MOST_POOLS = 10;
    private static final int MOST_CPUS = 1_024;
    private static final int MOST_MEGABYTES = 64 * 1024 * 1024;
    private static final int LEAST_MEMORY = 512;
    private static final int LEAST_DISK = 1_024;
    private static final int MOST_NODES = 5_000;
    private static final Pattern AZ = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final String AZ_RULE = "must be the name of an availability zone";
    private static final Pattern POOL = Pattern.compile("[a-z](?:[a-z0-9-]{0,24}[a-z0-9])?");
    private static final Pattern INSTANCES = Pattern.compile("1|3|5");

    private static final String LABEL_WORD = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
    private static final String LABEL_KEY = "(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?" + LABEL_WORD;
    private static final Pattern LABEL = Pattern.compile(LABEL_KEY + "=(?:" + LABEL_WORD + ")?");
    /// The product's own, and Kubernetes' but for those that nodes may have.
    private static final Pattern OWN_LABEL = Pattern.compile("bosh\\.id|bosh\\.zone|spec\\.ip|openpks\\.org/node-pool"
            + "|(?!(?:.*\\.)?(?:node|kubelet)\\.kubernetes\\.io/)(?:.*\\.)?(?:kubernetes|k8s)\\.io/.*");

    private static final Pattern TAINT =
            Pattern.compile(LABEL_KEY + "(?:=(?:" + LABEL_WORD + ")?)?:(NoSchedule|PreferNoSchedule|NoExecute)");

    private ComputeProfileRules() {}

    /// Reads the parameters.
    /// @param path where they stand in the body
    /// @throws org.openpks.kernel.Fault naming the first field that is wrong
    static ComputeProfile.Layout read(String path, JsonNode parameters) {
        var fields = new JsonFields(path, parameters);
        var azs = azs(fields);
        var masterAzs = azNames(fields, "master_azs", azs);
        var workerAzs = azNames(fields, "worker_azs", azs);
        var customization = fields.object("cluster_customization");
        fields.end();
        if (azs.isEmpty() && masterAzs.isEmpty() && workerAzs.isEmpty() && customization.isEmpty()) {
            throw ProfileFault.rule(path, "must have azs or cluster_customization");
        }
        var nothing = new ComputeProfile.Group(List.of(), Optional.empty(), Optional.empty());
        var masters = customization
                .flatMap(one -> one.object("control_plane"))
                .map(one -> controlPlane(one, azs))
                .orElse(nothing);
        if (!masters.azs().isEmpty() && !masterAzs.isEmpty()) {
            throw ProfileFault.rule(
                    fields.place("master_azs"), "contradicts cluster_customization.control_plane.az_names");
        }
        var pools = customization.map(one -> pools(one, azs)).orElse(List.of());
        if (!pools.isEmpty() && !workerAzs.isEmpty()) {
            throw ProfileFault.rule(
                    fields.place("worker_azs"), "contradicts node_pools, which have az_names of their own");
        }
        customization.ifPresent(JsonFields::end);
        return new ComputeProfile.Layout(
                new ComputeProfile.Group(
                        masterAzs.isEmpty() ? masters.azs() : masterAzs, masters.instances(), masters.machine()),
                workerAzs,
                pools);
    }

    /// The names of the zones that the profile brings.
    private static Set<String> azs(JsonFields fields) {
        var names = new HashSet<String>();
        for (var az : fields.objects("azs")) {
            var name =
                    az.text("name", AZ, AZ_RULE).orElseThrow(() -> ProfileFault.rule(az.place("name"), "is missing"));
            if (!names.add(name)) {
                throw ProfileFault.rule(az.place("name"), "names a zone that stands there already");
            }
            az.require("cpi").text("cpi", AZ, "must be the name of a CPI");
            az.require("cloud_properties").read("cloud_properties", (place, value) -> {
                if (!value.isObject()) {
                    throw ProfileFault.rule(place, "must be an object");
                }
                return value;
            });
            az.end();
        }
        return names;
    }

    /// @param azs the zones that the profile brings; when it brings none, the names are those of the plan's
    private static List<String> azNames(JsonFields fields, String field, Set<String> azs) {
        var names = fields.texts(field, AZ, AZ_RULE);
        if (fields.has(field) && names.isEmpty()) {
            throw ProfileFault.rule(fields.place(field), "must not be empty");
        }
        for (var name : names) {
            if (!azs.isEmpty() && !azs.contains(name)) {
                throw ProfileFault.rule(
                        fields.place(field), "names the zone '%s', which is not among azs".formatted(name));
            }
        }
        return names;
    }

    private static ComputeProfile.Group controlPlane(JsonFields fields, Set<String> azs) {
        var machine = machine(fields);
        var names = azNames(fields, "az_names", azs);
        var instances = fields.number("instances", 1, 5);
        instances
                .filter(number -> !INSTANCES.matcher(number.toString()).matches())
                .ifPresent(number -> {
                    throw ProfileFault.rule(
                            fields.place("instances"),
                            "must be 1, 3 or 5, so that a majority of the masters can agree");
                });
        fields.end();
        return new ComputeProfile.Group(names, instances, machine);
    }

    private static List<ComputeProfile.Pool> pools(JsonFields customization, Set<String> azs) {
        var pools = new ArrayList<ComputeProfile.Pool>();
        var names = new HashSet<String>();
        boolean free = false;
        var entries = customization.objects("node_pools");
        if (entries.size() > MOST_POOLS) {
            throw ProfileFault.rule(customization.place("node_pools"), "has more than %d pools".formatted(MOST_POOLS));
        }
        for (var entry : entries) {
            var name = entry.text(
                            "name", POOL, "must have at most 26 small letters, digits and '-', and start with a letter")
                    .orElseThrow(() -> ProfileFault.rule(entry.place("name"), "is missing"));
            if (!names.add(name)) {
                throw ProfileFault.rule(entry.place("name"), "names a pool that stands there already");
            }
            if (name.equals("windows")) {
                throw ProfileFault.rule(entry.place("name"), "must not be windows, which means other workers");
            }
            entry.text("description").ifPresent(ProfileName::description);
            var machine = machine(entry);
            var zones = azNames(entry, "az_names", azs);
            var most = entry.number("max_worker_instances", 1, MOST_NODES);
            var instances = entry.number("instances", 1, most.orElse(MOST_NODES));
            entry.text("node_labels").ifPresent(text -> labels(entry.place("node_labels"), text));
            var taints = entry.text("node_taints")
                    .map(text -> words(entry.place("node_taints"), text, TAINT, "key=value:NoSchedule"))
                    .orElse(List.of());
            free |= taints.stream().allMatch(taint -> taint.endsWith(":PreferNoSchedule"));
            entry.end();
            pools.add(new ComputeProfile.Pool(name, instances, most, machine, zones));
        }
        if (!pools.isEmpty() && !free) {
            throw ProfileFault.rule(
                    customization.place("node_pools"),
                    "must have a pool without NoSchedule and NoExecute taints, for pods that tolerate none");
        }
        return pools;
    }

    private static Optional<ComputeProfile.Machine> machine(JsonFields fields) {
        var cpu = fields.number("cpu", 1, MOST_CPUS);
        var memory = fields.number("memory_in_mb", LEAST_MEMORY, MOST_MEGABYTES);
        var disk = fields.number("ephemeral_disk_in_mb", LEAST_DISK, MOST_MEGABYTES);
        fields.number("persistent_disk_in_mb", LEAST_DISK, MOST_MEGABYTES);
        if (cpu.isPresent() && memory.isPresent() && disk.isPresent()) {
            return Optional.of(new ComputeProfile.Machine(cpu.get(), memory.get()));
        }
        for (var name : List.of("cpu", "memory_in_mb", "ephemeral_disk_in_mb")) {
            if (fields.has(name)) {
                throw ProfileFault.rule(
                        fields.place(name), "needs the others of cpu, memory_in_mb and ephemeral_disk_in_mb beside it");
            }
        }
        return Optional.empty();
    }

    private static void labels(String place, String text) {
        for (var label : words(place, text, LABEL, "key=value,key2=value2")) {
            var key = label.substring(0, label.indexOf('='));
            if (OWN_LABEL.matcher(key).matches()) {
                throw ProfileFault.rule(place, "must not set %s, which no node may give itself".formatted(key));
            }
        }
    }

    private static List<String> words(String place, String text, Pattern form, String example) {
        if (text.isEmpty()) {
            return List.of();
        }
        var words = Arrays.asList(text.split(",", -1));
        if (!words.stream().allMatch(word -> form.matcher(word).matches())) {
            throw ProfileFault.rule(place, "must be of the form " + example);
        }
        return words;
    }
}
