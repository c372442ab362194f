package org.openpks.director.deployment.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.kernel.Fault;

/// A deployment manifest of schema v2 (docs-bosh, `manifest-v2`), checked as far as it can be alone.
///
/// Scalars that are variable references, `((x))`, are still in it: see [Interpolation].
public record Manifest(
        String name,
        List<ReleaseRef> releases,
        List<StemcellRef> stemcells,
        List<InstanceGroup> groups,
        List<VariableSpec> variables,
        Features features,
        Map<String, String> tags,
        UpdatePolicy update) {

    private static final Pattern NAME = Pattern.compile("[-0-9A-Za-z_+.]+");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9_/-]+");
    private static final Set<String> V1_KEYS =
            Set.of("networks", "resource_pools", "disk_pools", "compilation", "jobs", "properties");
    private static final Set<String> V1_GROUP_KEYS =
            Set.of("template", "templates", "resource_pool", "persistent_disk_pool");

    public record ReleaseRef(String name, String version) {}

    /// @param operatingSystem or name is set
    public record StemcellRef(String alias, Optional<String> operatingSystem, Optional<String> name, String version) {}

    /// @param options as written, with `ca` not yet absolute
    public record VariableSpec(String name, String type, Map<String, Object> options) {}

    public record Features(boolean useDnsAddresses, boolean useShortDnsAddresses, boolean useLinkDnsNames) {}

    /// @param vmType a cloud config's name; empty when vmResources is set
    /// @param persistentDiskType a cloud config's name; else persistentDiskMb counts
    public record InstanceGroup(
            String name,
            int instances,
            List<Job> jobs,
            String stemcell,
            List<String> azs,
            String vmType,
            Map<String, Object> vmResources,
            List<String> vmExtensions,
            int persistentDiskMb,
            Optional<String> persistentDiskType,
            List<GroupNetwork> networks,
            boolean errand,
            Map<String, Object> env,
            UpdatePolicy update,
            Map<String, String> tags) {}

    /// @param properties the job's, or else the group's
    /// @param provides a Map, or the text `nil`; so consumes
    public record Job(
            String name,
            String release,
            Map<String, Object> properties,
            Map<String, Object> consumes,
            Map<String, Object> provides,
            List<CustomProvider> customProviders) {}

    public record CustomProvider(String name, String type, List<String> properties) {}

    public record GroupNetwork(String name, List<String> staticIps, List<String> defaults) {}

    public static Manifest parse(String text) {
        return of(Yaml.hash(text, "The manifest"));
    }

    public static Manifest of(Map<String, Object> values) {
        var fields = new Fields(values, "the manifest");
        for (var key : V1_KEYS) {
            if (values.containsKey(key)) {
                throw new Fault(
                        DeploymentFault.UNSUPPORTED,
                        "Deployment manifest contains '%s' section, but this can only be used in manifests of schema v1."
                                .formatted(key));
            }
        }
        var name = name(fields.string("name"), fields);
        fields.requiredList("releases");
        fields.requiredList("stemcells");
        fields.requiredList("instance_groups");
        if (!fields.has("update")) {
            throw fields.missing("update");
        }
        var update = UpdatePolicy.parse(Fields.of(fields.raw("update"), "update"));
        var releases = fields.hashes("releases", "release").stream()
                .map(release -> new ReleaseRef(release.string("name"), release.text("version")))
                .toList();
        unique(releases, ReleaseRef::name, "release");
        var stemcells = fields.hashes("stemcells", "stemcell").stream()
                .map(Manifest::stemcell)
                .toList();
        unique(stemcells, StemcellRef::alias, "stemcell alias");
        var addons = fields.hashes("addons", "addon");
        var groups = new ArrayList<InstanceGroup>();
        for (var group : fields.hashes("instance_groups", "instance group")) {
            groups.add(group(group, update, addons));
        }
        unique(groups, InstanceGroup::name, "instance group");
        for (var group : groups) {
            for (var job : group.jobs()) {
                if (releases.stream().noneMatch(release -> release.name().equals(job.release()))) {
                    throw new Fault(
                            DeploymentFault.UNKNOWN_RELEASE,
                            "Job '%s' of instance group '%s' references an unknown release '%s'."
                                    .formatted(job.name(), group.name(), job.release()));
                }
            }
            if (stemcells.stream().noneMatch(stemcell -> stemcell.alias().equals(group.stemcell()))) {
                throw new Fault(
                        DeploymentFault.UNKNOWN_STEMCELL_ALIAS,
                        "Instance group '%s' references unknown stemcell alias '%s'."
                                .formatted(group.name(), group.stemcell()));
            }
        }
        var variables = fields.hashes("variables", "variable").stream()
                .map(Manifest::variable)
                .toList();
        unique(variables, VariableSpec::name, "variable");
        var features = Fields.of(fields.has("features") ? fields.raw("features") : Map.of(), "features");
        return new Manifest(
                name,
                releases,
                stemcells,
                List.copyOf(groups),
                variables,
                new Features(
                        features.flag("use_dns_addresses", false),
                        features.flag("use_short_dns_addresses", false),
                        features.flag("use_link_dns_names", false)),
                tags(fields),
                update);
    }

    public Optional<InstanceGroup> group(String name) {
        return groups.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    private static String name(String name, Fields fields) {
        if (!NAME.matcher(name).matches()) {
            throw fields.invalid("name", "may hold letters, digits and - _ + . only");
        }
        return name;
    }

    private static StemcellRef stemcell(Fields fields) {
        if (fields.has("os") == fields.has("name")) {
            throw new Fault(
                    DeploymentFault.INVALID_VALUE,
                    "Exactly one of 'os' and 'name' must be specified for stemcell '%s'."
                            .formatted(fields.string("alias")));
        }
        return new StemcellRef(
                fields.string("alias"),
                fields.optionalString("os"),
                fields.optionalString("name"),
                fields.text("version"));
    }

    private static VariableSpec variable(Fields fields) {
        var name = fields.string("name");
        if (!VARIABLE.matcher(name).matches()) {
            throw fields.invalid("name", "may hold letters, digits and _ / - only");
        }
        if (fields.has("consumes")) {
            throw fields.invalid("consumes", "is not supported by this director; name the host names in its options");
        }
        return new VariableSpec(name, fields.string("type"), fields.hash("options"));
    }

    private static Map<String, String> tags(Fields fields) {
        var result = new LinkedHashMap<String, String>();
        fields.hash("tags").forEach((key, value) -> {
            if (!(value instanceof String text)) {
                throw fields.type("tags." + key, "String");
            }
            result.put(key, text);
        });
        return result;
    }

    private static InstanceGroup group(Fields fields, UpdatePolicy update, List<Fields> addons) {
        var name = name(fields.string("name"), fields);
        for (var key : V1_GROUP_KEYS) {
            if (fields.has(key)) {
                throw new Fault(
                        DeploymentFault.UNSUPPORTED,
                        "Instance group '%s' specifies '%s', which manifests of schema v2 do not know."
                                .formatted(name, key));
            }
        }
        if (!fields.list("migrated_from").isEmpty()) {
            throw fields.invalid(
                    "migrated_from", "is not supported by this director; keep the name of the instance group");
        }
        if (!fields.list("persistent_disks").isEmpty()) {
            throw fields.invalid(
                    "persistent_disks",
                    "is not supported by this director; use persistent_disk or persistent_disk_type");
        }
        int instances = fields.integer("instances");
        if (instances < 0) {
            throw new Fault(
                    DeploymentFault.VALUE_TOO_SMALL,
                    "Property 'instances' of instance group '%s' should be at least 0.".formatted(name));
        }
        fields.requiredList("jobs");
        fields.requiredList("networks");
        var jobs = new ArrayList<Job>();
        for (var job : fields.hashes("jobs", "job")) {
            jobs.add(job(job, fields.optionalHash("properties")));
        }
        for (var addon : addons) {
            if (includes(addon, name, jobs)) {
                for (var job : addon.hashes("jobs", "job")) {
                    jobs.add(job(job, Optional.empty()));
                }
            }
        }
        unique(jobs, Job::name, "job in instance group '" + name + "'");
        if (fields.has("vm_type") == fields.has("vm_resources")) {
            throw new Fault(
                    DeploymentFault.MISSING_FIELD,
                    "Instance group '%s' must specify exactly one of 'vm_type' and 'vm_resources'.".formatted(name));
        }
        if (fields.has("persistent_disk") && fields.has("persistent_disk_type")) {
            throw new Fault(
                    DeploymentFault.INVALID_VALUE,
                    "Instance group '%s' specifies both 'persistent_disk' and 'persistent_disk_type'.".formatted(name));
        }
        int disk = fields.optionalInteger("persistent_disk").orElse(0);
        if (disk < 0) {
            throw new Fault(
                    DeploymentFault.VALUE_TOO_SMALL,
                    "Instance group '%s' references an invalid persistent disk size '%d'.".formatted(name, disk));
        }
        var lifecycle = fields.optionalString("lifecycle").orElse("service");
        if (!lifecycle.equals("service") && !lifecycle.equals("errand")) {
            throw fields.invalid("lifecycle", "must be 'service' or 'errand'");
        }
        return new InstanceGroup(
                name,
                instances,
                List.copyOf(jobs),
                fields.string("stemcell"),
                fields.strings("azs"),
                fields.optionalString("vm_type").orElse(""),
                fields.hash("vm_resources"),
                fields.strings("vm_extensions"),
                disk,
                fields.optionalString("persistent_disk_type"),
                networks(fields, instances),
                lifecycle.equals("errand"),
                fields.hash("env"),
                fields.has("update")
                        ? update.with(Fields.of(fields.raw("update"), "update of " + fields.where()))
                        : update,
                tags(fields));
    }

    /// Addons of a deployment manifest may be limited to instance groups and to jobs; other limits are refused.
    private static boolean includes(Fields addon, String group, List<Job> jobs) {
        boolean included = !addon.has("include") || matches(addon, "include", group, jobs);
        return included && !(addon.has("exclude") && matches(addon, "exclude", group, jobs));
    }

    private static boolean matches(Fields addon, String key, String group, List<Job> jobs) {
        var filter = Fields.of(addon.raw(key), key + " of " + addon.where());
        for (var name : filter.all().keySet()) {
            if (!name.equals("instance_groups") && !name.equals("jobs")) {
                throw filter.invalid(name, "is not supported in a deployment manifest by this director");
            }
        }
        boolean groupMatches = !filter.has("instance_groups")
                || filter.strings("instance_groups").contains(group);
        boolean jobMatches = !filter.has("jobs")
                || filter.hashes("jobs", "job").stream().anyMatch(wanted -> jobs.stream()
                        .anyMatch(job -> job.name().equals(wanted.string("name"))
                                && job.release().equals(wanted.string("release"))));
        return groupMatches && jobMatches;
    }

    private static Job job(Fields fields, Optional<Map<String, Object>> groupProperties) {
        var custom = fields.hashes("custom_provider_definitions", "custom provider").stream()
                .map(one -> new CustomProvider(one.string("name"), one.string("type"), one.strings("properties")))
                .toList();
        return new Job(
                fields.string("name"),
                fields.string("release"),
                fields.optionalHash("properties").or(() -> groupProperties).orElse(Map.of()),
                fields.hash("consumes"),
                fields.hash("provides"),
                custom);
    }

    private static List<GroupNetwork> networks(Fields fields, int instances) {
        var list = fields.hashes("networks", "network");
        if (list.isEmpty()) {
            throw new Fault(
                    DeploymentFault.MISSING_FIELD, "%s must specify at least one network.".formatted(fields.where()));
        }
        var networks = new ArrayList<GroupNetwork>();
        for (var network : list) {
            var ips = network.strings("static_ips").stream()
                    .flatMap(text -> Addresses.expand(text, network).stream())
                    .toList();
            if (!ips.isEmpty() && ips.size() != instances) {
                throw new Fault(
                        DeploymentFault.INVALID_STATIC_ADDRESSES,
                        "%s has %d instances but static_ips of network '%s' holds %d addresses."
                                .formatted(fields.where(), instances, network.string("name"), ips.size()));
            }
            networks.add(new GroupNetwork(network.string("name"), ips, network.strings("default")));
        }
        unique(networks, GroupNetwork::name, "network in " + fields.where());
        if (networks.size() == 1) {
            var only = networks.getFirst();
            return List.of(new GroupNetwork(only.name(), only.staticIps(), List.of("dns", "gateway")));
        }
        for (var part : List.of("dns", "gateway")) {
            long claims = networks.stream()
                    .filter(network -> network.defaults().contains(part))
                    .count();
            if (claims != 1) {
                throw new Fault(
                        DeploymentFault.INVALID_VALUE,
                        "%s must specify exactly one network as the default for %s.".formatted(fields.where(), part));
            }
        }
        return List.copyOf(networks);
    }

    static <T> void unique(List<T> items, Function<T, String> key, String what) {
        var seen = new HashSet<String>();
        for (var item : items) {
            if (!seen.add(key.apply(item))) {
                throw new Fault(
                        DeploymentFault.DUPLICATE_NAME, "Duplicate %s name '%s'.".formatted(what, key.apply(item)));
            }
        }
    }
}
