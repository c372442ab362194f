package org.openpks.director.deployment;

import java.util.List;
import org.openpks.director.deployment.DeploymentTasks.ScanAndFix;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import tools.jackson.databind.JsonNode;

/// Boots the machines of a deployment again that do not run any more, after the machine below them was started anew
/// or somebody ended them. It looks itself: what came back meanwhile is left alone.
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
        for (var instance : down) {
            task.checkpoint();
            stage.step("VM for '%s' is not running. (Reboot VM)".formatted(instance.label()), () -> {
                machines.reboot(instance);
                return null;
            });
        }
        return "scan and fix complete";
    }
}
