package org.openpks.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JSON of the On-Demand Broker's adapter contract, to and from records.
public final class ContractJson {

    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private ContractJson() {}

    static ServiceDeployment serviceDeployment(JsonNode node) {
        return new ServiceDeployment(
                node.path("deployment_name").asString(""),
                stream(node, "releases")
                        .map(release -> new ServiceDeployment.Release(
                                release.path("name").asString(""),
                                release.path("version").asString(""),
                                texts(release, "jobs")))
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
        return new Plan(
                map(node.path("properties")),
                stream(node, "instance_groups").map(ContractJson::group).toList(),
                Optional.of(node.path("update")).filter(JsonNode::isObject).map(ContractJson::update),
                new Plan.LifecycleErrands(errands(errands, "post_deploy"), errands(errands, "pre_delete")));
    }

    private static Plan.InstanceGroup group(JsonNode node) {
        return new Plan.InstanceGroup(
                node.path("name").asString(""),
                node.path("vm_type").asString(""),
                texts(node, "vm_extensions"),
                text(node, "persistent_disk_type"),
                node.path("instances").asInt(0),
                texts(node, "networks"),
                texts(node, "azs"),
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
                .map(errand -> new Plan.Errand(errand.path("name").asString(""), texts(errand, "instances")))
                .toList();
    }

    static Map<String, Object> map(JsonNode node) {
        return node.isObject() ? JSON.convertValue(node, MAP) : Map.of();
    }

    static Map<String, String> texts(JsonNode node) {
        var texts = new LinkedHashMap<String, String>();
        map(node).forEach((name, value) -> texts.put(name, String.valueOf(value)));
        return texts;
    }

    static Map<String, List<String>> lists(JsonNode node) {
        var lists = new LinkedHashMap<String, List<String>>();
        node.properties().forEach(entry -> lists.put(entry.getKey(), JSON.convertValue(entry.getValue(), TEXTS)));
        return lists;
    }

    private static List<String> texts(JsonNode node, String name) {
        var list = node.path(name);
        return list.isArray() ? JSON.convertValue(list, TEXTS) : List.of();
    }

    private static Optional<String> text(JsonNode node, String name) {
        return Optional.of(node.path(name).asString("")).filter(text -> !text.isEmpty());
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode node, String name) {
        var list = node.path(name);
        return list.isArray() ? list.valueStream() : java.util.stream.Stream.of();
    }
}
