package org.openpks.director.api;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openpks.director.agent.Agent;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.deployment.Deployments.Instance;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.release.Archives;
import org.openpks.director.release.Blobs;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Collects the logs of machines; the task's result is the id of the archive at `/resources/ID`.
@Component
class LogsJob implements TaskJob {

    static final String TYPE = "fetch_logs";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Deployments deployments;
    private final Agent.Agents agents;
    private final Blobs blobs;

    LogsJob(Deployments deployments, Agent.Agents agents, Blobs blobs) {
        this.deployments = deployments;
        this.agents = agents;
        this.blobs = blobs;
    }

    static JsonNode arguments(String deployment, String group, String id) {
        return JSON.createObjectNode()
                .put("deployment", deployment)
                .put("group", group)
                .put("id", id);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String run(TaskContext context, JsonNode arguments) throws Exception {
        var name = arguments.path("deployment").asString("");
        var group = arguments.path("group").asString("");
        var id = arguments.path("id").asString("");
        var chosen = deployments.instances(name).stream()
                .filter(instance -> instance.vmCid().isPresent())
                .filter(instance -> group.equals("*") || instance.group().equals(group))
                .filter(instance -> id.equals("*")
                        || instance.id().equals(id)
                        || Integer.toString(instance.index()).equals(id))
                .toList();
        if (chosen.isEmpty()) {
            throw new Fault(
                    DirectorFault.INSTANCE_UNKNOWN,
                    "No instance of deployment '" + name + "' with a machine matches '" + group + "/" + id + "'");
        }
        var directory = Files.createTempDirectory("logs-");
        try {
            var archives = new ArrayList<Path>();
            for (var instance : chosen) {
                context.checkpoint();
                archives.add(fetch(context, instance, directory));
            }
            if (archives.size() == 1) {
                return blobs.add(archives.getFirst()).id();
            }
            var all = directory.resolve("all.tgz");
            Archives.pack(
                    directory,
                    archives.stream()
                            .map(file -> String.valueOf(file.getFileName()))
                            .toList(),
                    all);
            return blobs.add(all).id();
        } finally {
            Archives.delete(directory);
        }
    }

    private Path fetch(TaskContext context, Instance instance, Path directory) throws Exception {
        var label = instance.group() + "/" + instance.id();
        return context.events()
                .stage("Fetching logs for " + label + " (" + instance.index() + ")", List.of(), 1)
                .<Path>step("Finding and packing log files", status -> {
                    var own = Files.createDirectory(directory.resolve(instance.id()));
                    var fetched = agents.of(instance.vmCid().orElseThrow()).fetchLogs(own.resolve("logs.tgz"));
                    return Files.move(fetched, directory.resolve(instance.group() + "." + instance.id() + ".tgz"));
                });
    }
}
