package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openpks.director.deployment.DeploymentTasks;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.deployment.Deployments.Instance;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Instances and machines: what there is, and starting, stopping and recreating them.
@RestController
class InstancesController {

    private static final String ID = "\\d{1,9}|[A-Fa-f0-9]{8}-[A-Fa-f0-9-]{27}";
    private static final Set<String> STATES = Set.of("started", "stopped", "detached", "restart", "recreate");
    private static final Set<String> ACTIONS = Set.of("start", "stop", "restart", "recreate");

    private final Deployments deployments;
    private final Submissions submissions;

    InstancesController(Deployments deployments, Submissions submissions) {
        this.deployments = deployments;
        this.submissions = submissions;
    }

    @GetMapping("/deployments/{name}/instances")
    Object instances(@PathVariable String name, HttpServletRequest request, @RequestParam Optional<String> format) {
        known(name);
        if (format.filter("full"::equals).isPresent()) {
            return full(request, name, VmStatsJob.Scope.INSTANCES);
        }
        return deployments.instances(name).stream()
                .map(instance -> {
                    var view = view(instance);
                    view.put(
                            "expects_vm",
                            !instance.errand() && !instance.state().equals("detached"));
                    return view;
                })
                .toList();
    }

    @GetMapping("/deployments/{name}/vms")
    Object vms(@PathVariable String name, HttpServletRequest request, @RequestParam Optional<String> format) {
        known(name);
        if (format.filter("full"::equals).isPresent()) {
            return full(request, name, VmStatsJob.Scope.VMS);
        }
        return deployments.instances(name).stream()
                .filter(instance -> instance.vmCid().isPresent())
                .map(instance -> {
                    var view = view(instance);
                    view.put("active", true);
                    view.put("permanent_nats_credentials", false);
                    return view;
                })
                .toList();
    }

    private ResponseEntity<Void> full(HttpServletRequest request, String name, VmStatsJob.Scope scope) {
        return submissions.aboutDeployment(
                request, name, VmStatsJob.TYPE, "retrieve vm-stats", VmStatsJob.arguments(name, scope));
    }

    private static Map<String, Object> view(Instance instance) {
        var view = new LinkedHashMap<String, Object>();
        view.put("agent_id", instance.agentId().orElse(null));
        view.put("cid", instance.vmCid().orElse(null));
        view.put("job", instance.group());
        view.put("index", instance.index());
        view.put("id", instance.id());
        view.put("az", instance.az().isEmpty() ? null : instance.az());
        view.put("ips", instance.ips());
        view.put("vm_created_at", instance.vmCreatedAt().map(VmStatsJob::time).orElse(null));
        return view;
    }

    @GetMapping("/deployments/{name}/jobs/{group}/{id}")
    Map<String, Object> instance(@PathVariable String name, @PathVariable String group, @PathVariable String id) {
        known(name);
        var instance = find(name, group, id);
        var view = new LinkedHashMap<String, Object>();
        view.put("deployment", name);
        view.put("job", instance.group());
        view.put("index", instance.index());
        view.put("id", instance.id());
        view.put("state", instance.state());
        view.put("disks", instance.diskCid().map(List::of).orElse(List.of()));
        return view;
    }

    @PutMapping("/deployments/{name}/jobs/{group}")
    ResponseEntity<Void> changeGroup(
            @PathVariable String name,
            @PathVariable String group,
            HttpServletRequest request,
            @RequestParam Optional<String> state) {
        return change(name, group, Optional.empty(), state, request);
    }

    @PutMapping("/deployments/{name}/jobs/{group}/{id}")
    ResponseEntity<Void> changeInstance(
            @PathVariable String name,
            @PathVariable String group,
            @PathVariable String id,
            HttpServletRequest request,
            @RequestParam Optional<String> state) {
        known(name);
        checkId(id);
        find(name, group, id);
        return change(name, group, Optional.of(id), state, request);
    }

    private ResponseEntity<Void> change(
            String name, String group, Optional<String> id, Optional<String> state, HttpServletRequest request) {
        known(name);
        var target = state.orElse("");
        if (!STATES.contains(target)) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID,
                    "'state' is one of started, stopped, detached, restart and recreate, not '"
                            + ApiErrors.shown(target) + "'.");
        }
        if (!group.equals("*")
                && deployments.instances(name).stream()
                        .noneMatch(one -> one.group().equals(group))) {
            throw new Fault(
                    DirectorFault.JOB_UNKNOWN,
                    "Deployment '" + name + "' has no instance group '" + ApiErrors.shown(group) + "'");
        }
        return submissions.forDeployment(
                request,
                name,
                DeploymentTasks.UPDATE_DEPLOYMENT,
                "create deployment",
                DeploymentTasks.toJson(new DeploymentTasks.Update(
                        name,
                        Optional.empty(),
                        List.of(),
                        DeploymentsController.options(request),
                        Optional.of(new DeploymentTasks.StateChange(group, id, target)))));
    }

    @PostMapping("/deployments/{name}/instance_groups/{group}/{id}/actions/{action}")
    ResponseEntity<Void> act(
            @PathVariable String name,
            @PathVariable String group,
            @PathVariable String id,
            @PathVariable String action,
            HttpServletRequest request) {
        known(name);
        if (!ACTIONS.contains(action)) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID, "There is no action '" + ApiErrors.shown(action) + "' for instances.");
        }
        find(name, group, id);
        return submissions.forDeployment(
                request,
                name,
                DeploymentTasks.UPDATE_INSTANCE,
                action + " instance",
                DeploymentTasks.toJson(new DeploymentTasks.InstanceAction(
                        name,
                        group,
                        id,
                        action,
                        DeploymentsController.flag(request, "skip_drain"),
                        DeploymentsController.flag(request, "hard"))));
    }

    private Instance find(String name, String group, String id) {
        checkId(id);
        return deployments.instances(name).stream()
                .filter(instance -> instance.group().equals(group))
                .filter(instance -> instance.id().equalsIgnoreCase(id)
                        || Integer.toString(instance.index()).equals(id))
                .findFirst()
                .orElseThrow(() -> new Fault(
                        DirectorFault.INSTANCE_UNKNOWN,
                        "'" + name + "/" + ApiErrors.shown(group) + "/" + id + "' doesn't exist"));
    }

    private static void checkId(String id) {
        if (!id.matches(ID)) {
            throw new Fault(
                    DirectorFault.INSTANCE_NAME_INVALID, "Invalid instance index or id '" + ApiErrors.shown(id) + "'");
        }
    }

    private void known(String name) {
        if (deployments.find(name).isEmpty()) {
            throw DeploymentsController.unknown(name);
        }
    }
}
