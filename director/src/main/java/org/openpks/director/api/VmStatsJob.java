package org.openpks.director.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.openpks.director.agent.Agent;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.deployment.Deployments.Instance;
import org.openpks.director.release.Stemcells;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks every machine of a deployment how it is, and writes one line of JSON for each (docs-bosh,
/// `director-api-v1`).
@Component
class VmStatsJob implements TaskJob {

    static final String TYPE = "vms";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int AT_ONCE = 32;

    private final Deployments deployments;
    private final Stemcells stemcells;
    private final Agent.Agents agents;

    VmStatsJob(Deployments deployments, Stemcells stemcells, Agent.Agents agents) {
        this.deployments = deployments;
        this.stemcells = stemcells;
        this.agents = agents;
    }

    /// Every instance, or only those that have a machine.
    enum Scope {
        INSTANCES,
        VMS
    }

    static JsonNode arguments(String deployment, Scope scope) {
        return JSON.createObjectNode().put("deployment", deployment).put("scope", scope.name());
    }

    /// Times as the command line reads them.
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String run(TaskContext context, JsonNode arguments) throws Exception {
        var name = arguments.path("deployment").asString("");
        var scope = Scope.valueOf(arguments.path("scope").asString(Scope.INSTANCES.name()));
        var deployment = deployments.find(name).orElseThrow(() -> DeploymentsController.unknown(name));
        var stemcell = deployment.stemcells().stream().findFirst().flatMap(this::stemcell);
        var asked = new ArrayList<Future<String>>();
        var slots = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var instance : deployments.instances(name)) {
                if (scope == Scope.INSTANCES || instance.vmCid().isPresent()) {
                    asked.add(threads.submit(() -> {
                        slots.acquire();
                        try {
                            return JSON.writeValueAsString(line(instance, stemcell));
                        } finally {
                            slots.release();
                        }
                    }));
                }
            }
            for (var line : asked) {
                context.result(line.get());
            }
        }
        return "";
    }

    private Optional<Map<String, Object>> stemcell(String label) {
        var parts = DeploymentsController.VersionView.of(label);
        return stemcells
                .findByName(parts.name(), parts.version())
                .map(found ->
                        Map.of("name", found.name(), "version", found.version(), "api_version", found.apiVersion()));
    }

    private Map<String, Object> line(Instance instance, Optional<Map<String, Object>> stemcell) {
        var state = instance.vmCid().map(cid -> agents.of(cid).state());
        var line = new LinkedHashMap<String, Object>();
        line.put("vm_cid", instance.vmCid().orElse(null));
        line.put("active", instance.vmCid().isPresent());
        line.put("vm_created_at", instance.vmCreatedAt().map(VmStatsJob::time).orElse(null));
        line.put("cloud_properties", instance.cloudProperties());
        line.put("disk_cid", instance.diskCid().orElse(null));
        line.put("disk_cids", instance.diskCid().map(List::of).orElse(List.of()));
        line.put("ips", instance.vmCid().isPresent() ? instance.ips() : List.of());
        line.put("agent_id", instance.vmCid().isPresent() ? instance.agentId().orElse(null) : null);
        line.put("job_name", instance.group());
        line.put("index", instance.index());
        line.put("job_state", state.map(Agent.State::jobState).orElse(null));
        line.put("state", instance.state());
        line.put("vm_type", instance.vmType());
        line.put("vitals", state.map(known -> asText(known.vitals())).orElse(null));
        line.put(
                "processes",
                state.map(known -> known.processes().stream()
                                .map(VmStatsJob::process)
                                .toList())
                        .orElse(List.of()));
        line.put("az", instance.az().isEmpty() ? null : instance.az());
        line.put("id", instance.id());
        line.put("bootstrap", instance.bootstrap());
        line.put("ignore", false);
        line.put("stemcell", stemcell.orElse(Map.of()));
        return line;
    }

    private static Map<String, Object> process(Agent.Process process) {
        var view = new LinkedHashMap<String, Object>();
        view.put("name", process.name());
        view.put("state", process.state());
        view.put("uptime", Map.of("secs", process.uptimeSeconds()));
        view.put("mem", Map.of("kb", process.memoryKb(), "percent", process.memoryPercent()));
        view.put("cpu", Map.of("total", process.cpuPercent()));
        return view;
    }

    /// The numbers among vitals are strings on the wire, all but the seconds of uptime.
    private static Object asText(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, item) ->
                        copy.put(String.valueOf(key), key.equals("secs") || item == null ? item : asText(item)));
                yield copy;
            }
            case List<?> list -> list.stream().map(VmStatsJob::asText).toList();
            case Double number -> String.format(Locale.ROOT, "%.1f", number);
            case Number number -> number.toString();
            default -> value;
        };
    }
}
