package org.openpks.adapter.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.adapter.ServiceDeployment;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The broker's side of the contract: what it writes to an adapter's standard input, and what it reads from its
/// standard output.
public final class ContractTexts {

    private static final JsonMapper JSON = new JsonMapper();

    private ContractTexts() {}

    public static String input(ServiceAdapter.GenerateManifest request) {
        return input(
                Command.GENERATE_MANIFEST,
                Map.of(
                        "service_deployment",
                        json(serviceDeployment(request.serviceDeployment())),
                        "plan",
                        json(plan(request.plan())),
                        "previous_plan",
                        request.previousPlan().map(plan -> json(plan(plan))).orElse("null"),
                        "previous_manifest",
                        request.previousManifest().orElse(""),
                        "request_parameters",
                        json(request.requestParameters()),
                        "previous_secrets",
                        json(request.previousSecrets()),
                        "previous_configs",
                        json(request.previousConfigs()),
                        "uaa_client",
                        "null"));
    }

    public static String input(ServiceAdapter.CreateBinding request) {
        return input(
                Command.CREATE_BINDING,
                Map.of(
                        "binding_id",
                        request.bindingId(),
                        "bosh_vms",
                        json(request.boshVms()),
                        "manifest",
                        request.manifest(),
                        "request_parameters",
                        json(request.requestParameters()),
                        "secrets",
                        json(secrets(request.secrets())),
                        "dns_addresses",
                        json(request.dnsAddresses())));
    }

    public static String input(ServiceAdapter.DeleteBinding request) {
        return input(
                Command.DELETE_BINDING,
                Map.of(
                        "binding_id",
                        request.bindingId(),
                        "bosh_vms",
                        json(request.boshVms()),
                        "manifest",
                        request.manifest(),
                        "request_parameters",
                        json(request.requestParameters()),
                        "secrets",
                        json(secrets(request.secrets()))));
    }

    public static String input(ServiceAdapter.DashboardUrl request) {
        return input(
                Command.DASHBOARD_URL,
                Map.of(
                        "instance_id",
                        request.instanceId(),
                        "plan",
                        json(plan(request.plan())),
                        "manifest",
                        request.manifest()));
    }

    public static String input(Plan plan) {
        return input(Command.GENERATE_PLAN_SCHEMAS, Map.of("plan", json(plan(plan))));
    }

    public static ServiceAdapter.GeneratedManifest manifest(String output) {
        var answer = object(output);
        var manifest = answer.path("manifest").asString("");
        if (manifest.isBlank()) {
            throw unreadable("manifest");
        }
        return new ServiceAdapter.GeneratedManifest(
                manifest,
                ContractJson.map(answer.path("secrets")),
                ContractJson.texts(answer.path("configs")),
                ContractJson.texts(answer.path("labels")));
    }

    public static ServiceAdapter.Binding binding(String output) {
        var credentials = object(output).path("credentials");
        if (!credentials.isObject()) {
            throw unreadable("credentials");
        }
        return new ServiceAdapter.Binding(ContractJson.map(credentials));
    }

    public static Optional<String> dashboard(String output) {
        return Optional.of(object(output).path("dashboard_url").asString("")).filter(url -> !url.isBlank());
    }

    public static ServiceAdapter.PlanSchemas planSchemas(String output) {
        var answer = object(output);
        return new ServiceAdapter.PlanSchemas(
                ContractJson.map(answer.at("/service_instance/create/parameters")),
                ContractJson.map(answer.at("/service_instance/update/parameters")),
                ContractJson.map(answer.at("/service_binding/create/parameters")));
    }

    /// The whole input object: the contract has every command's key in it, those of other commands with empty
    /// fields.
    private static String input(Command command, Map<String, String> fields) {
        var input = new LinkedHashMap<String, Object>();
        for (var each : Command.values()) {
            var names = new ArrayList<>(each.positional());
            names.addAll(each.onlyByInput());
            var texts = new LinkedHashMap<String, String>();
            names.forEach(name -> texts.put(name, each == command ? fields.getOrDefault(name, "") : ""));
            input.put(each.key(), texts);
        }
        return JSON.writeValueAsString(input);
    }

    /// Texts, as the contract has them; a variable of several parts as its JSON.
    private static Map<String, String> secrets(Map<String, Object> secrets) {
        var texts = new LinkedHashMap<String, String>();
        secrets.forEach((name, value) -> texts.put(name, value instanceof String text ? text : json(value)));
        return texts;
    }

    private static Map<String, Object> serviceDeployment(ServiceDeployment deployment) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("deployment_name", deployment.deploymentName());
        tree.put(
                "releases",
                deployment.releases().stream()
                        .map(release ->
                                Map.of("name", release.name(), "version", release.version(), "jobs", release.jobs()))
                        .toList());
        tree.put(
                "stemcells",
                deployment.stemcells().stream().map(ContractTexts::stemcell).toList());
        return tree;
    }

    private static Map<String, Object> stemcell(ServiceDeployment.Stemcell stemcell) {
        var tree = new LinkedHashMap<String, Object>();
        stemcell.name().ifPresent(name -> tree.put("stemcell_name", name));
        tree.put("stemcell_os", stemcell.os());
        tree.put("stemcell_version", stemcell.version());
        return tree;
    }

    private static Map<String, Object> plan(Plan plan) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("properties", plan.properties());
        tree.put(
                "lifecycle_errands",
                Map.of(
                        "post_deploy", errands(plan.lifecycleErrands().postDeploy()),
                        "pre_delete", errands(plan.lifecycleErrands().preDelete())));
        tree.put(
                "instance_groups",
                plan.instanceGroups().stream().map(ContractTexts::group).toList());
        plan.update().ifPresent(update -> tree.put("update", update(update)));
        return tree;
    }

    private static List<Object> errands(List<Plan.Errand> errands) {
        return errands.stream()
                .<Object>map(errand -> Map.of("name", errand.name(), "instances", errand.instances()))
                .toList();
    }

    private static Map<String, Object> group(Plan.InstanceGroup group) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("name", group.name());
        tree.put("vm_type", group.vmType());
        tree.put("vm_extensions", group.vmExtensions());
        group.persistentDiskType().ifPresent(type -> tree.put("persistent_disk_type", type));
        tree.put("instances", group.instances());
        tree.put("networks", group.networks());
        tree.put("azs", group.azs());
        group.lifecycle().ifPresent(lifecycle -> tree.put("lifecycle", lifecycle));
        tree.put(
                "migrated_from",
                group.migratedFrom().stream().map(name -> Map.of("name", name)).toList());
        return tree;
    }

    private static Map<String, Object> update(Plan.Update update) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("canaries", update.canaries());
        tree.put("max_in_flight", update.maxInFlight());
        tree.put("canary_watch_time", update.canaryWatchTime());
        tree.put("update_watch_time", update.updateWatchTime());
        update.serial().ifPresent(serial -> tree.put("serial", serial));
        update.initialDeployAzUpdateStrategy()
                .ifPresent(strategy -> tree.put("initial_deploy_az_update_strategy", strategy));
        return tree;
    }

    private static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    /// Neither the text nor a parser's excerpt of it is kept: it may hold credentials.
    private static JsonNode object(String output) {
        try {
            var node = JSON.readTree(output);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            // Said below.
        }
        throw unreadable("JSON object");
    }

    private static Fault unreadable(String wanted) {
        return new Fault(
                AdapterFault.FAILED,
                "The service adapter failed. Please contact your operator.",
                "the adapter ended with 0, but its output holds no " + wanted);
    }
}
