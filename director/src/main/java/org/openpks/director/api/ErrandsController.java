package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.director.deployment.DeploymentTasks;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.deployment.Errands;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// Errands and logs of a deployment.
@RestController
class ErrandsController {

    private final Deployments deployments;
    private final Errands errands;
    private final Submissions submissions;

    ErrandsController(Deployments deployments, Errands errands, Submissions submissions) {
        this.deployments = deployments;
        this.errands = errands;
        this.submissions = submissions;
    }

    @GetMapping("/deployments/{name}/errands")
    List<Map<String, String>> list(@PathVariable String name) {
        known(name);
        return errands.of(name).stream().map(errand -> Map.of("name", errand)).toList();
    }

    @PostMapping(path = "/deployments/{name}/errands/{errand}/runs", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> run(@PathVariable String name, @PathVariable String errand, HttpServletRequest request)
            throws IOException {
        known(name);
        var body = Bodies.json(request);
        var targets = new ArrayList<DeploymentTasks.Target>();
        for (var instance : body.path("instances")) {
            var group = Bodies.string(instance, "group");
            if (group.isEmpty()) {
                throw new Fault(DirectorFault.FIELD_MISSING, "An entry of 'instances' has no 'group'.");
            }
            targets.add(new DeploymentTasks.Target(
                    group, Optional.of(instance.path("id").asString("")).filter(id -> !id.isEmpty())));
        }
        return submissions.forDeployment(
                request,
                name,
                DeploymentTasks.RUN_ERRAND,
                "run errand " + errand + " from deployment " + name,
                DeploymentTasks.toJson(new DeploymentTasks.Errand(
                        name,
                        errand,
                        body.path("keep-alive").asBoolean(false),
                        body.path("when-changed").asBoolean(false),
                        targets)));
    }

    @GetMapping("/deployments/{name}/jobs/{group}/{id}/logs")
    ResponseEntity<Void> logs(
            @PathVariable String name,
            @PathVariable String group,
            @PathVariable String id,
            HttpServletRequest request) {
        known(name);
        return submissions.aboutDeployment(
                request, name, LogsJob.TYPE, "fetch logs", LogsJob.arguments(name, group, id));
    }

    private void known(String name) {
        if (deployments.find(name).isEmpty()) {
            throw DeploymentsController.unknown(name);
        }
    }
}
