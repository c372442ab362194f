package org.openpks.director.deployment;

import java.util.ArrayList;
import java.util.List;
import org.openpks.director.deployment.DeploymentTasks.ScanAndFix;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import tools.jackson.databind.JsonNode;

/// Boots the machines of a deployment again that do not run any more, after the machine below them was started anew
/// or somebody ended them. It looks itself: what came back meanwhile is left alone. One that cannot be booted keeps
/// no other from it; the task then fails with what the first of them said.
final class ScanAndFixJob implements TaskJob {

    private final Instances instances;
    private final Machines machines;

    ScanAndFixJob(Instances instances, Machines machines) {
        this.instances = instances;
        this.machines = machines;
    }

    @Override
    public String type() {
        return DeploymentTasks.SCAN_AND_FIX;
    }

    @Override
    public String run(TaskContext task, JsonNode arguments) throws Exception {
        var deployment = DeploymentTasks.fromJson(arguments, ScanAndFix.class).deployment();
        var down = instances.of(deployment).stream().filter(machines::isDown).toList();
        var stage = task.events().stage("Applying problem resolutions", List.of(), down.size());
        var failures = new ArrayList<RuntimeException>();
        for (var instance : down) {
            task.checkpoint();
            try {
                stage.step("VM for '%s' is not running. (Reboot VM)".formatted(instance.label()), () -> {
                    machines.reboot(instance);
                    return null;
                });
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            var first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
        return "scan and fix complete";
    }
}
