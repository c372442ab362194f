package org.openpks.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.adapter.ServiceAdapter.PlanSchemas;

/// The parameters of a plan as JSON schemas, for platforms that check or show them before they send.
final class ParameterSchemas {

    private static final String DRAFT = "http://json-schema.org/draft-04/schema#";

    private ParameterSchemas() {}

    static PlanSchemas of(Plan plan) {
        var most = new Properties(plan.properties()).number("max_worker_instances");
        var workers = new LinkedHashMap<String, Object>();
        workers.put("type", "integer");
        workers.put("minimum", 1);
        most.ifPresent(value -> workers.put("maximum", value));
        workers.put("description", "Number of worker nodes");

        var create = new LinkedHashMap<String, Object>();
        create.put(
                Parameters.MASTER_HOST,
                Map.of(
                        "type",
                        "string",
                        "minLength",
                        1,
                        "maxLength",
                        Parameters.MAX_HOST,
                        "description",
                        "Name or address of the API"));
        create.put(
                Parameters.MASTER_PORT,
                Map.of("type", "integer", "minimum", 1, "maximum", 65_535, "description", "TCP port of the API"));
        create.put(Parameters.WORKERS, workers);

        var update = new LinkedHashMap<String, Object>();
        update.put(Parameters.WORKERS, workers);
        for (var setting : Parameters.Drain.values()) {
            // Clients of the product send these as texts, others as what they are.
            update.put(setting.parameter, Map.of("type", List.of("string", "integer", "boolean")));
        }
        return new PlanSchemas(
                schema(create, List.of(Parameters.MASTER_HOST)),
                schema(update, List.of()),
                schema(Map.of(), List.of()));
    }

    private static Map<String, Object> schema(Map<String, Object> properties, List<String> required) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("$schema", DRAFT);
        schema.put("type", "object");
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        return schema;
    }
}
