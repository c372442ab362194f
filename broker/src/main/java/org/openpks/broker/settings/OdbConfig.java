package org.openpks.broker.settings;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openpks.adapter.Plan;
import org.openpks.adapter.PlanRules;
import org.openpks.adapter.ServiceDeployment;
import org.openpks.osb.MaintenanceInfo;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// The On-Demand Broker's configuration: who may ask, where the Director and CredHub are, what is deployed, what is
/// offered. Every error names the key.
///
/// @param adapter the service adapter's program; empty for the one in this process
public record OdbConfig(
        Broker broker,
        Endpoint bosh,
        Endpoint credhub,
        Optional<Path> adapter,
        List<ServiceDeployment.Release> releases,
        List<ServiceDeployment.Stemcell> stemcells,
        Service service) {

    private static final int MOST_LINUX_PLANS = 10;
    private static final int MOST_WINDOWS_PLANS = 3;

    /// semver.org, item 11.
    private static final Pattern SEMANTIC_VERSION =
            Pattern.compile("(0|[1-9]\\d*)(\\.(0|[1-9]\\d*)){2}(-[0-9A-Za-z-.]+)?(\\+[0-9A-Za-z-.]+)?");

    /// @param exposeErrors whether the cause of a failure is told to the one who asked
    ///     (`expose_operational_errors`)
    /// @param planSchemas whether the catalog carries the parameters' schemas and requests are checked against them
    /// @param skipPendingChanges whether an update may carry along what the operator changed meanwhile
    public record Broker(
            String username,
            String password,
            boolean exposeErrors,
            boolean planSchemas,
            boolean skipPendingChanges,
            boolean disableBoshConfigs) {
        @Override
        public String toString() {
            return "Broker[username=%s]".formatted(username);
        }
    }

    /// A server with its authority's certificate (PEM) and our credentials.
    public record Endpoint(URI url, String caCert, Login login) {}

    public sealed interface Login {
        record Basic(String username, String password) implements Login {
            @Override
            public String toString() {
                return "Basic[username=%s]".formatted(username);
            }
        }

        /// @param uaa empty to take it from the server's own `/info`
        record Uaa(Optional<URI> uaa, String clientId, String clientSecret) implements Login {
            @Override
            public String toString() {
                return "Uaa[clientId=%s]".formatted(clientId);
            }
        }
    }

    /// @param uniqueParameters those whose value no two instances may have
    public record Service(
            String id,
            String name,
            String description,
            boolean bindable,
            boolean planUpdatable,
            List<String> tags,
            List<String> requires,
            Map<String, Object> metadata,
            List<String> uniqueParameters,
            Quotas quotas,
            List<OfferedPlan> plans) {}

    /// @param plan what the adapter sees of it
    public record OfferedPlan(
            String id,
            String name,
            String description,
            boolean free,
            Optional<Boolean> bindable,
            Map<String, Object> metadata,
            Optional<MaintenanceInfo> maintenanceInfo,
            Quotas quotas,
            Plan plan) {

        /// Whether its workers shall run Windows.
        public boolean windows() {
            return "windows".equals(plan.properties().get(PlanRules.OS));
        }
    }

    /// @param instances at most so many; empty for no limit
    /// @param resources by kind; a limit bounds the sum of costs
    public record Quotas(Optional<Integer> instances, Map<String, Resource> resources) {
        public record Resource(Optional<Integer> limit, int cost) {}
    }

    /// Reads and checks the files.
    /// @throws IllegalArgumentException naming the file that cannot be read, or all keys that are wrong
    public static OdbConfig read(List<Path> files) {
        Map<String, Object> merged = new LinkedHashMap<>();
        for (var file : files) {
            try {
                var loader = new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions()));
                Object content = loader.load(Files.readString(file));
                if (!(content instanceof Map<?, ?> map)) {
                    throw new IllegalArgumentException("the broker's configuration " + file + " is not a map");
                }
                merged = Yaml.overlay(merged, Yaml.named(map));
            } catch (IOException e) {
                throw new IllegalArgumentException("cannot read the broker's configuration " + file, e);
            } catch (YAMLException e) {
                throw new IllegalArgumentException("the broker's configuration " + file + " is not YAML", e);
            }
        }
        return of(merged);
    }

    static OdbConfig of(Map<String, Object> content) {
        var mistakes = new Mistakes();
        var root = new Yaml("", content, mistakes);
        var broker = root.map("broker");
        var deployment = root.map("service_deployment");
        var config = new OdbConfig(
                new Broker(
                        broker.text("username"),
                        broker.text("password"),
                        broker.flag("expose_operational_errors", true),
                        broker.flag("enable_plan_schemas", true),
                        broker.flag("skip_check_for_pending_changes", false),
                        broker.flag("disable_bosh_configs", false)),
                endpoint(root.map("bosh")),
                endpoint(root.map("bosh_credhub")),
                root.optionalMap("service_adapter").map(adapter -> Path.of(adapter.text("path"))),
                deployment.maps("releases").stream().map(OdbConfig::release).toList(),
                deployment.maps("stemcells").stream().map(OdbConfig::stemcell).toList(),
                service(
                        root.map("service_catalog"),
                        root.value("service_adapter").isEmpty()));
        mistakes.refuse();
        return config;
    }

    private static Endpoint endpoint(Yaml yaml) {
        var authentication = yaml.map("authentication");
        var basic = authentication.optionalMap("basic");
        var uaa = authentication.optionalMap("uaa");
        if (basic.isPresent() == uaa.isPresent()) {
            yaml.wrong("authentication", "must have exactly one of basic and uaa");
        }
        Login login = basic.<Login>map(item -> new Login.Basic(item.text("username"), item.text("password")))
                .or(() -> uaa.map(OdbConfig::client))
                .orElse(new Login.Basic("", ""));
        return new Endpoint(yaml.address("url"), yaml.text("root_ca_cert"), login);
    }

    private static Login client(Yaml uaa) {
        var client = uaa.map("client_credentials");
        return new Login.Uaa(
                uaa.optionalText("url").map(any -> uaa.address("url")),
                client.text("client_id"),
                client.text("client_secret"));
    }

    private static ServiceDeployment.Release release(Yaml yaml) {
        return new ServiceDeployment.Release(yaml.text("name"), version(yaml), yaml.texts("jobs"));
    }

    private static ServiceDeployment.Stemcell stemcell(Yaml yaml) {
        return new ServiceDeployment.Stemcell(yaml.optionalText("name"), yaml.text("os"), version(yaml));
    }

    private static String version(Yaml yaml) {
        var version = yaml.text("version");
        if (version.endsWith("latest")) {
            yaml.wrong("version", "must be exact: with latest, two deployments of one plan could differ");
        }
        return version;
    }

    /// @param kubernetes whether the plans are for our own adapter, so that their properties are known
    private static Service service(Yaml yaml, boolean kubernetes) {
        var global = yaml.object("global_properties");
        var maintenance = yaml.optionalMap("maintenance_info");
        var bindable = yaml.flag("bindable", true);
        var plans = yaml.maps("plans").stream()
                .map(plan -> plan(plan, global, maintenance, kubernetes))
                .toList();
        if (plans.isEmpty()) {
            yaml.wrong("plans", "must have at least one plan");
        }
        if (kubernetes) {
            numbers(yaml, plans);
        }
        distinct(yaml, "plan_id", plans.stream().map(OfferedPlan::id).toList());
        distinct(yaml, "name", plans.stream().map(OfferedPlan::name).toList());
        return new Service(
                yaml.text("id"),
                yaml.text("service_name"),
                yaml.text("service_description"),
                bindable,
                yaml.flag("plan_updatable", false),
                yaml.texts("tags"),
                yaml.texts("requires"),
                camelCase(yaml.object("metadata")),
                yaml.texts("unique_parameters"),
                quotas(yaml.optionalMap("global_quotas")),
                plans);
    }

    private static void distinct(Yaml yaml, String key, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            int first = values.indexOf(values.get(i));
            if (first < i && !values.get(i).isEmpty()) {
                yaml.wrong("plans[%d].%s".formatted(i, key), "is that of plans[%d] already".formatted(first));
            }
        }
    }

    private static void numbers(Yaml yaml, List<OfferedPlan> plans) {
        long windows = plans.stream().filter(OfferedPlan::windows).count();
        if (windows > MOST_WINDOWS_PLANS || plans.size() - windows > MOST_LINUX_PLANS) {
            yaml.wrong(
                    "plans",
                    "must be at most %d for Linux and %d for Windows".formatted(MOST_LINUX_PLANS, MOST_WINDOWS_PLANS));
        }
        if (windows > 0 && windows == plans.size()) {
            yaml.wrong("plans", "must have a plan for Linux too");
        }
    }

    private static OfferedPlan plan(
            Yaml yaml, Map<String, Object> global, Optional<Yaml> maintenance, boolean kubernetes) {
        int mistakes = yaml.mistakes().count();
        yaml.only(
                "plan_id",
                "name",
                "description",
                "free",
                "bindable",
                "metadata",
                "maintenance_info",
                "quotas",
                "properties",
                "instance_groups",
                "update",
                "lifecycle_errands");
        var own = yaml.object("properties");
        // The plan wins, key by key at the top level only, as the On-Demand Broker does it.
        var properties = new LinkedHashMap<>(global);
        properties.putAll(own);
        var groups = yaml.maps("instance_groups").stream().map(OdbConfig::group).toList();
        if (groups.isEmpty()) {
            yaml.wrong("instance_groups", "must have at least one group");
        }
        var plan = new Plan(
                properties,
                groups,
                yaml.optionalMap("update").map(OdbConfig::update),
                yaml.optionalMap("lifecycle_errands")
                        .map(errands -> new Plan.LifecycleErrands(
                                errands(errands, "post_deploy"), errands(errands, "pre_delete")))
                        .orElse(Plan.LifecycleErrands.NONE));
        var offered = new OfferedPlan(
                yaml.text("plan_id"),
                yaml.text("name"),
                yaml.text("description"),
                yaml.flag("free", true),
                yaml.value("bindable").map(any -> yaml.flag("bindable", true)),
                metadata(yaml, plan),
                maintenanceInfo(maintenance, yaml.optionalMap("maintenance_info")),
                quotas(yaml.optionalMap("quotas")),
                plan);
        // What cannot be read is not judged too.
        if (kubernetes && yaml.mistakes().count() == mistakes) {
            PlanRules.check(plan).forEach(mistake -> wrong(yaml, own, mistake));
        }
        return offered;
    }

    /// A property that the plan has from the service is wrong there.
    private static void wrong(Yaml plan, Map<String, Object> own, PlanRules.Mistake mistake) {
        var parts = mistake.path().split("[.\\[]", 3);
        if (parts[0].equals("properties")
                && !own.containsKey(parts[1])
                && !mistake.problem().equals("is missing")) {
            var below = mistake.path().substring("properties.".length());
            plan.mistakes().add("service_catalog.global_properties." + below, mistake.problem());
        } else {
            plan.wrong(mistake.path(), mistake.problem());
        }
    }

    /// What a platform wants to know of a plan before it asks for an instance.
    private static Map<String, Object> metadata(Yaml yaml, Plan plan) {
        var metadata = new LinkedHashMap<String, Object>();
        int workers = plan.group("worker").map(Plan.InstanceGroup::instances).orElse(0);
        metadata.put("worker_instances", workers);
        metadata.put("max_worker_instances", plan.properties().getOrDefault("max_worker_instances", workers));
        metadata.put(
                "master_instances",
                plan.group("master").map(Plan.InstanceGroup::instances).orElse(0));
        metadata.put("os", plan.properties().getOrDefault(PlanRules.OS, "linux"));
        metadata.put(
                "allow-privileged-containers", plan.properties().getOrDefault("allow_privileged_containers", false));
        metadata.putAll(camelCase(yaml.object("metadata")));
        return metadata;
    }

    private static Map<String, Object> camelCase(Map<String, Object> metadata) {
        var names = Map.of(
                "display_name", "displayName",
                "image_url", "imageUrl",
                "long_description", "longDescription",
                "provider_display_name", "providerDisplayName",
                "documentation_url", "documentationUrl",
                "support_url", "supportUrl");
        var result = new LinkedHashMap<String, Object>();
        metadata.forEach((key, value) -> result.put(names.getOrDefault(key, key), value));
        return result;
    }

    private static Optional<MaintenanceInfo> maintenanceInfo(Optional<Yaml> service, Optional<Yaml> plan) {
        var merged = new LinkedHashMap<String, Object>();
        service.ifPresent(yaml -> merged.putAll(yaml.values()));
        plan.ifPresent(yaml -> merged.putAll(yaml.values()));
        if (merged.isEmpty()) {
            return Optional.empty();
        }
        var source = plan.or(() -> service).orElseThrow();
        var yaml = new Yaml(source.path(), merged, source.mistakes());
        var version = yaml.text("version");
        if (!version.isEmpty() && !SEMANTIC_VERSION.matcher(version).matches()) {
            yaml.wrong("version", "must be a semantic version such as 1.7.0, not " + version);
        }
        return Optional.of(new MaintenanceInfo(
                version,
                yaml.optionalText("description").orElse(null),
                yaml.optionalMap("public").map(Yaml::values).orElse(null)));
    }

    private static Plan.InstanceGroup group(Yaml yaml) {
        yaml.only(
                "name",
                "instances",
                "vm_type",
                "vm_extensions",
                "persistent_disk_type",
                "networks",
                "azs",
                "lifecycle",
                "migrated_from");
        int instances = yaml.number("instances").orElse(0);
        if (instances < 1) {
            yaml.wrong("instances", "must be at least 1");
        }
        return new Plan.InstanceGroup(
                yaml.text("name"),
                yaml.text("vm_type"),
                yaml.texts("vm_extensions"),
                yaml.optionalText("persistent_disk_type"),
                instances,
                yaml.texts("networks"),
                yaml.texts("azs"),
                yaml.optionalText("lifecycle"),
                yaml.maps("migrated_from").stream()
                        .map(item -> item.text("name"))
                        .toList());
    }

    private static Plan.Update update(Yaml yaml) {
        yaml.only(
                "canaries",
                "canary_watch_time",
                "update_watch_time",
                "max_in_flight",
                "serial",
                "initial_deploy_az_update_strategy");
        return new Plan.Update(
                yaml.value("canaries").orElse(1),
                yaml.optionalText("canary_watch_time").orElse("30000-240000"),
                yaml.optionalText("update_watch_time").orElse("30000-240000"),
                yaml.value("max_in_flight").orElse(1),
                yaml.value("serial").map(any -> yaml.flag("serial", true)),
                yaml.optionalText("initial_deploy_az_update_strategy"));
    }

    private static List<Plan.Errand> errands(Yaml yaml, String key) {
        return yaml.maps(key).stream()
                .map(item -> new Plan.Errand(item.text("name"), item.texts("instances")))
                .toList();
    }

    private static Quotas quotas(Optional<Yaml> yaml) {
        if (yaml.isEmpty()) {
            return new Quotas(Optional.empty(), Map.of());
        }
        var resources = new LinkedHashMap<String, Quotas.Resource>();
        yaml.get()
                .optionalMap("resources")
                .ifPresent(kinds -> kinds.values().keySet().forEach(kind -> {
                    var item = kinds.map(kind);
                    resources.put(
                            kind,
                            new Quotas.Resource(
                                    item.number("limit"), item.number("cost").orElse(0)));
                }));
        return new Quotas(yaml.get().number("service_instance_limit"), resources);
    }
}
