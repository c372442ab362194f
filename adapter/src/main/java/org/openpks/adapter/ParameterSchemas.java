package org.openpks.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.adapter.ServiceAdapter.PlanSchemas;

/// The parameters of a plan as JSON schemas (draft 4), for platforms that check or show them before they send. What
/// is not in them is refused.
final class ParameterSchemas {

    private static final String DRAFT = "http://json-schema.org/draft-04/schema#";

    private ParameterSchemas() {}

    static PlanSchemas of(Plan plan) {
        var update = new LinkedHashMap<String, Object>();
        update.put(Parameters.WORKERS, workers(plan));
        for (var setting : Parameters.Drain.values()) {
            update.put(setting.parameter, drain(setting));
        }
        update.put(Parameters.POOL_INSTANCES, poolInstances());
        update.put(
                KubernetesProfile.PARAMETER,
                object("Changes of the arguments of Kubernetes' programs; {} takes the earlier ones away"));
        update.put(
                ComputeProfile.PARAMETER,
                object("Changes of the plan's machines: availability zones, sizes, node pools"));
        update.put(Tags.PARAMETER, tags());
        update.put(Registries.INSECURE, insecureRegistries());
        update.put(Registries.AUTHORITIES, authorities());
        var create = new LinkedHashMap<String, Object>();
        var settings = new LinkedHashMap<>(update);
        update.put(
                CertificateRotation.PARAMETER,
                described(
                        "Makes certificates anew, the authorities too with all; asked for alone",
                        "type",
                        "string",
                        "enum",
                        CertificateRotation.Scope.words()));
        update.put(
                CertificateRotation.ID,
                described(
                        "UUID of the rotation; the same one is the same rotation", "type", "string", "maxLength", 36));
        create.put(Parameters.MASTER_HOST, host());
        create.put(Parameters.MASTER_PORT, port());
        create.putAll(settings);
        return new PlanSchemas(
                schema(create, List.of(Parameters.MASTER_HOST)), schema(update, List.of()), schema(bind(), List.of()));
    }

    private static Map<String, Object> host() {
        return described(
                "Host name or IPv4 address by which the cluster's API is reached; it cannot be changed later",
                "type",
                "string",
                "minLength",
                1,
                "maxLength",
                Parameters.MAX_HOST,
                "pattern",
                "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$");
    }

    private static Map<String, Object> port() {
        return described(
                "TCP port of the cluster's API; it cannot be changed later",
                "type",
                "integer",
                "minimum",
                1,
                "maximum",
                65_535,
                "default",
                Parameters.DEFAULT_PORT);
    }

    private static Map<String, Object> workers(Plan plan) {
        var workers = described("Number of worker nodes", "type", "integer", "minimum", 1);
        new Properties(plan.properties())
                .number("max_worker_instances")
                .ifPresent(most -> workers.put("maximum", most));
        plan.group("worker").ifPresent(group -> workers.put("default", group.instances()));
        return workers;
    }

    /// Clients of the product send these as texts, others as what they are. A keyword for numbers says nothing about
    /// texts, and the other way round.
    private static Map<String, Object> drain(Parameters.Drain setting) {
        var text =
                switch (setting) {
                    case TIMEOUT -> "Minutes that emptying a worker may take; 0 never gives up";
                    case GRACE_PERIOD -> "Seconds that a pod may take to end; -1 leaves it to the pod";
                    case FORCE -> "Whether pods go that no controller makes again";
                    case IGNORE_DAEMONSETS -> "Whether pods of daemon sets are left alone";
                    case DELETE_LOCAL_DATA -> "Whether pods go that use an emptyDir volume";
                    case FORCE_NODE -> "Whether pods that still run after the timeout are deleted";
                };
        return setting.range()
                .map(range -> described(
                        text,
                        "type",
                        List.of("integer", "string"),
                        "minimum",
                        range.least(),
                        "maximum",
                        range.most(),
                        "pattern",
                        "^-?[0-9]{1,5}$"))
                .orElseGet(() -> described(text, "enum", List.of(true, false, "true", "false")));
    }

    private static Map<String, Object> poolInstances() {
        return described(
                "Number of worker nodes by node pool of the compute profile",
                "type",
                "object",
                "additionalProperties",
                Map.of("type", "integer", "minimum", 1));
    }

    /// The adapter itself checks what is in it, with better sentences than a schema has.
    private static Map<String, Object> object(String description) {
        return described(description, "type", "object");
    }

    private static Map<String, Object> tags() {
        return described(
                "The names and values on the cluster's machines; each request gives all of them",
                "type",
                "array",
                "items",
                Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of("name", Map.of("type", "string"), "value", Map.of("type", "string")),
                        "required",
                        List.of("name"),
                        "additionalProperties",
                        false));
    }

    private static Map<String, Object> insecureRegistries() {
        return described(
                "HOST[:PORT] of registries that nodes trust unseen; each request gives all of them",
                "type",
                "array",
                "items",
                Map.of("type", "string"));
    }

    private static Map<String, Object> authorities() {
        return described(
                "Authorities (PEM) of registries by HOST[:PORT]; each request gives all of them",
                "type",
                "array",
                "items",
                Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of("domain_name", Map.of("type", "string"), "ca_cert", Map.of("type", "string")),
                        "required",
                        List.of("domain_name", "ca_cert"),
                        "additionalProperties",
                        false));
    }

    private static Map<String, Object> bind() {
        var bind = new LinkedHashMap<String, Object>();
        bind.put(
                BindParameters.USER_NAME,
                described(
                        "User who gets in where the cluster takes users from an OpenID Connect provider",
                        "type",
                        "string",
                        "minLength",
                        1,
                        "maxLength",
                        BindParameters.MAX_USER_NAME));
        bind.put(
                BindParameters.SUPPRESS,
                described(
                        "Whether the identity comes without a role, for an administrator of the cluster to give it some",
                        "type",
                        "boolean",
                        "default",
                        false));
        return bind;
    }

    private static Map<String, Object> described(String description, Object... keywords) {
        var property = new LinkedHashMap<String, Object>();
        property.put("description", description);
        for (int i = 0; i < keywords.length; i += 2) {
            property.put(String.valueOf(keywords[i]), keywords[i + 1]);
        }
        return property;
    }

    private static Map<String, Object> schema(Map<String, Object> properties, List<String> required) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("$schema", DRAFT);
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }
}
