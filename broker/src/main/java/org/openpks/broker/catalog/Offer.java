package org.openpks.broker.catalog;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.NodeDrain;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.broker.director.VmTypes;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;
import org.openpks.osb.Catalog;
import org.openpks.osb.MaintenanceInfo;
import org.openpks.osb.OsbJson;
import org.openpks.osb.ServiceOffering;
import org.openpks.osb.ServicePlan;
import tools.jackson.databind.JsonNode;

/// What the broker offers, and whether a request asks for something that is offered. The configuration does not change
/// while the process lives; how big machines are is the Director's knowledge, and the catalog tells what it is now.
public final class Offer {

    private static final int POLLING_SECONDS = 14_400;

    private final OdbConfig.Service service;
    private final Map<String, OfferedPlan> plans = new LinkedHashMap<>();
    private final Map<String, PlanSchemas> schemas = new LinkedHashMap<>();
    private final VmTypes vmTypes;

    /// The compiled schemas of one plan and their text for the catalog.
    private record PlanSchemas(Map<Parameters, Schema> compiled, Map<String, Object> document) {}

    /// Which parameters are meant.
    public enum Parameters {
        CREATE,
        UPDATE,
        BIND
    }

    public Offer(OdbConfig config, ServiceAdapter adapter, VmTypes vmTypes) {
        this.service = config.service();
        this.vmTypes = vmTypes;
        for (var plan : service.plans()) {
            plans.put(plan.id(), plan);
            if (config.broker().planSchemas()) {
                schemas(adapter, plan).ifPresent(found -> schemas.put(plan.id(), found));
            }
        }
    }

    public Catalog catalog() {
        return new Catalog(List.of(offering(vmTypes.sizes())));
    }

    public OdbConfig.Service service() {
        return service;
    }

    /// @throws Fault when the service's or plan's id is not one of ours
    public OfferedPlan plan(String serviceId, String planId) {
        service(serviceId);
        return plan(planId)
                .orElseThrow(() -> new Fault(
                        BrokerFault.REQUEST_INVALID,
                        "plan_id: there is no plan %s in this service.".formatted(planId)));
    }

    public Optional<OfferedPlan> plan(String planId) {
        return Optional.ofNullable(plans.get(planId));
    }

    public void service(String serviceId) {
        if (!service.id().equals(serviceId)) {
            throw new Fault(BrokerFault.REQUEST_INVALID, "service_id: there is no service %s.".formatted(serviceId));
        }
    }

    /// Refuses a maintenance info that is not the catalog's.
    public void checkMaintenanceInfo(OfferedPlan plan, @Nullable MaintenanceInfo asked) {
        if (asked == null) {
            return;
        }
        var offered = plan.maintenanceInfo().map(MaintenanceInfo::version).orElse(null);
        if (!Objects.equals(offered, asked.version())) {
            throw new Fault(
                    BrokerFault.MAINTENANCE_INFO_CONFLICT,
                    offered == null
                            ? "The plan has no maintenance information; leave it out."
                            : "The plan's maintenance version is %s. Read the catalog again.".formatted(offered),
                    "asked=" + asked.version());
        }
    }

    /// Refuses parameters that do not fit the plan's schema, naming each field.
    public void checkParameters(OfferedPlan plan, Parameters kind, Map<String, Object> parameters) {
        var planSchemas = schemas.get(plan.id());
        var schema = planSchemas == null ? null : planSchemas.compiled().get(kind);
        if (schema == null) {
            return;
        }
        JsonNode node = OsbJson.MAPPER.valueToTree(parameters);
        var errors = schema.validate(node);
        if (!errors.isEmpty()) {
            var text = errors.stream()
                    .map(error ->
                            field(error.getInstanceLocation().toString(), error.getProperty()) + error.getMessage())
                    .distinct()
                    .limit(10)
                    .collect(Collectors.joining("; "));
            throw new Fault(BrokerFault.PARAMETERS_INVALID, "The parameters are not valid: " + text);
        }
    }

    private static String field(String location, @Nullable String property) {
        var path = location.replaceAll("^[$/]+", "").replace('/', '.');
        if (property != null && !property.isBlank()) {
            path = path.isEmpty() ? property : path + "." + property;
        }
        return path.isEmpty() ? "" : path + ": ";
    }

    private static Optional<PlanSchemas> schemas(ServiceAdapter adapter, OfferedPlan plan) {
        ServiceAdapter.PlanSchemas texts;
        try {
            texts = adapter.generatePlanSchemas(plan.plan());
        } catch (Fault e) {
            if (e.code() == AdapterFault.COMMAND_UNKNOWN) {
                return Optional.empty();
            }
            throw e;
        }
        if (texts.create().isEmpty() && texts.update().isEmpty() && texts.bind().isEmpty()) {
            return Optional.empty();
        }
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4);
        var compiled = new LinkedHashMap<Parameters, Schema>();
        Map.of(Parameters.CREATE, texts.create(), Parameters.UPDATE, texts.update(), Parameters.BIND, texts.bind())
                .forEach((kind, text) -> {
                    if (!text.isEmpty()) {
                        JsonNode node = OsbJson.MAPPER.valueToTree(text);
                        compiled.put(kind, registry.getSchema(node));
                    }
                });
        var instance = Map.of(
                "create", Map.of("parameters", (Object) texts.create()),
                "update", Map.of("parameters", (Object) texts.update()));
        var binding = Map.of("create", Map.of("parameters", (Object) texts.bind()));
        return Optional.of(new PlanSchemas(compiled, Map.of("service_instance", instance, "service_binding", binding)));
    }

    private ServiceOffering offering(Map<String, VmTypes.Size> sizes) {
        var offered = service.plans().stream()
                .map(plan -> new ServicePlan(
                        plan.id(),
                        plan.name(),
                        plan.description(),
                        plan.free(),
                        plan.bindable().orElse(null),
                        null,
                        POLLING_SECONDS,
                        plan.maintenanceInfo().orElse(null),
                        metadata(plan, sizes),
                        Optional.ofNullable(schemas.get(plan.id()))
                                .map(PlanSchemas::document)
                                .orElse(null)))
                .toList();
        return new ServiceOffering(
                service.name(),
                service.id(),
                service.description(),
                service.tags(),
                service.requires(),
                service.bindable(),
                true,
                true,
                true,
                service.planUpdatable(),
                service.metadata(),
                null,
                offered);
    }

    /// The operator's words and, under `openpks`, what the API must know to count and to show: how big the nodes
    /// are and how they are drained.
    private static Map<String, Object> metadata(OfferedPlan plan, Map<String, VmTypes.Size> sizes) {
        var master = machine(plan, "master", sizes);
        master.put("instances", plan.metadata().get("master_instances"));
        var worker = machine(plan, "worker", sizes);
        worker.put("max_instances", plan.metadata().get("max_worker_instances"));
        var metadata = new LinkedHashMap<>(plan.metadata());
        metadata.put("openpks", Map.of("master", master, "worker", worker, "drain", NodeDrain.of(plan.plan())));
        return metadata;
    }

    /// `cpu` (cores) and `memory_mb` (MiB) of a group's machines; absent where the cloud config does not tell them.
    private static Map<String, Object> machine(OfferedPlan plan, String group, Map<String, VmTypes.Size> sizes) {
        var size = plan.plan()
                .group(group)
                .map(found -> sizes.getOrDefault(found.vmType(), VmTypes.Size.UNKNOWN))
                .orElse(VmTypes.Size.UNKNOWN);
        var machine = new LinkedHashMap<String, Object>();
        size.cpu().ifPresent(cpu -> machine.put("cpu", cpu));
        size.memoryMb().ifPresent(memory -> machine.put("memory_mb", memory));
        return machine;
    }
}
