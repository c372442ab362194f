package org.openpks.adapter.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.adapter.ServiceDeployment;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The contract's JSON to records, for the adapter.
public final class ContractJson {

    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

    private ContractJson() {}

    static ServiceAdapter.GenerateManifest generateManifest(Input input) {
        return new ServiceAdapter.GenerateManifest(
                serviceDeployment(input.requiredObject("service_deployment")),
                plan(input.requiredObject("plan")),
                map(input.object("request_parameters")),
                Optional.of(input.text("previous_manifest")).filter(text -> !text.isBlank()),
                Optional.of(input.object("previous_plan"))
                        .filter(JsonNode::isObject)
                        .map(ContractJson::plan),
                texts(input.object("previous_secrets")),
                texts(input.object("previous_configs")));
    }

    static ServiceAdapter.CreateBinding createBinding(Input input) {
        return new ServiceAdapter.CreateBinding(
                input.text("binding_id"),
                lists(input.object("bosh_vms")),
                input.text("manifest"),
                map(input.object("request_parameters")),
                map(input.object("secrets")),
                texts(input.object("dns_addresses")));
    }

    static ServiceAdapter.DeleteBinding deleteBinding(Input input) {
        return new ServiceAdapter.DeleteBinding(
                input.text("binding_id"),
                lists(input.object("bosh_vms")),
                input.text("manifest"),
                map(input.object("request_parameters")),
                map(input.object("secrets")));
    }

    static ServiceAdapter.DashboardUrl dashboardUrl(Input input) {
        return new ServiceAdapter.DashboardUrl(
                input.text("instance_id"), plan(input.requiredObject("plan")), input.text("manifest"));
    }

    static String text(ServiceAdapter.GeneratedManifest made) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("manifest", made.manifest());
        answer.put("secrets", made.secrets());
        answer.put("configs", made.configs());
        answer.put("labels", made.labels());
        return JSON.writeValueAsString(answer);
    }

    static String text(ServiceAdapter.Binding binding) {
        return JSON.writeValueAsString(Map.of("credentials", binding.credentials()));
    }

    static String dashboard(String url) {
        return JSON.writeValueAsString(Map.of("dashboard_url", url));
    }

    static String text(ServiceAdapter.PlanSchemas schemas) {
        return JSON.writeValueAsString(Map.of(
                "service_instance",
                Map.of(
                        "create", Map.of("parameters", schemas.create()),
                        "update", Map.of("parameters", schemas.update())),
                "service_binding",
                Map.of("create", Map.of("parameters", schemas.bind()))));
    }

    private static ServiceDeployment serviceDeployment(JsonNode node) {
        return new ServiceDeployment(
                node.path("deployment_name").asString(""),
                stream(node, "releases")
                        .map(release -> new ServiceDeployment.Release(
                                release.path("name").asString(""),
                                release.path("version").asString(""),
                                strings(release, "jobs")))
                        .toList(),
                stream(node, "stemcells")
                        .map(stemcell -> new ServiceDeployment.Stemcell(
                                text(stemcell, "stemcell_name"),
                                stemcell.path("stemcell_os").asString(""),
                                stemcell.path("stemcell_version").asString("")))
                        .toList());
    }

    /// A plan in the shape that the contract gives it, which is also that of the broker's configuration.
    public static Plan plan(JsonNode node) {
        var errands = node.path("lifecycle_errands");
        try {
            return new Plan(
                    map(node.path("properties")),
                    stream(node, "instance_groups").map(ContractJson::group).toList(),
                    Optional.of(node.path("update")).filter(JsonNode::isObject).map(ContractJson::update),
                    new Plan.LifecycleErrands(errands(errands, "post_deploy"), errands(errands, "pre_delete")));
        } catch (JacksonException e) {
            throw new Fault(AdapterFault.INPUT_INVALID, "The plan has a field of another type than the contract's.");
        }
    }

    private static Plan.InstanceGroup group(JsonNode node) {
        return new Plan.InstanceGroup(
                node.path("name").asString(""),
                node.path("vm_type").asString(""),
                strings(node, "vm_extensions"),
                text(node, "persistent_disk_type"),
                node.path("instances").asInt(0),
                strings(node, "networks"),
                strings(node, "azs"),
                text(node, "lifecycle"),
                stream(node, "migrated_from")
                        .map(from -> from.path("name").asString(""))
                        .toList());
    }

    private static Plan.Update update(JsonNode node) {
        return new Plan.Update(
                amount(node, "canaries"),
                node.path("canary_watch_time").asString("1-300000"),
                node.path("update_watch_time").asString("1-300000"),
                amount(node, "max_in_flight"),
                Optional.of(node.path("serial")).filter(JsonNode::isBoolean).map(JsonNode::asBoolean),
                text(node, "initial_deploy_az_update_strategy"));
    }

    private static Object amount(JsonNode node, String name) {
        var value = node.path(name);
        return value.isString() ? value.asString() : (Object) value.asInt(1);
    }

    private static List<Plan.Errand> errands(JsonNode node, String phase) {
        return stream(node, phase)
                .map(errand -> new Plan.Errand(errand.path("name").asString(""), strings(errand, "instances")))
                .toList();
    }

    static Map<String, Object> map(JsonNode node) {
        return node.isObject() ? JSON.convertValue(node, MAP) : Map.of();
    }

    /// Null where JSON has null, so that nothing invents the text "null".
    static Map<String, String> texts(JsonNode node) {
        var texts = new LinkedHashMap<String, String>();
        for (var entry : node.properties()) {
            var value = scalar(entry.getValue());
            if (value != null) {
                texts.put(entry.getKey(), value);
            }
        }
        return texts;
    }

    private static @Nullable String scalar(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        return value.isString() ? value.asString() : value.toString();
    }

    private static Map<String, List<String>> lists(JsonNode node) {
        var lists = new LinkedHashMap<String, List<String>>();
        node.properties().forEach(entry -> lists.put(entry.getKey(), strings(node, entry.getKey())));
        return lists;
    }

    private static List<String> strings(JsonNode node, String name) {
        return stream(node, name).map(JsonNode::asString).toList();
    }

    private static Optional<String> text(JsonNode node, String name) {
        return Optional.of(node.path(name).asString("")).filter(text -> !text.isEmpty());
    }

    private static Stream<JsonNode> stream(JsonNode node, String name) {
        var list = node.path(name);
        return list.isArray() ? list.valueStream() : Stream.of();
    }
}
