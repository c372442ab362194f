package org.openpks.api.web;

import java.util.List;
import java.util.Map;
import org.openpks.api.access.Audited;
import org.openpks.api.access.Caller;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.ClusterService;
import org.openpks.api.credentials.CredentialsService;
import org.openpks.api.operation.StepsService;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.StringNode;

/// The routes about clusters. Changes are answered when they are accepted; the cluster then shows how they go.
@RestController
class ClusterController {

    private final ClusterService clusters;
    private final CredentialsService credentials;
    private final StepsService steps;

    ClusterController(ClusterService clusters, CredentialsService credentials, StepsService steps) {
        this.clusters = clusters;
        this.credentials = credentials;
        this.steps = steps;
    }

    private ClusterView view(Cluster cluster) {
        return ClusterView.of(cluster, clusters.upgradeOf(cluster));
    }

    @Audited("clusters")
    @GetMapping("/v1/clusters")
    List<ClusterView> list(Caller caller) {
        return clusters.list(caller).stream().map(this::view).toList();
    }

    /// The version of the control plane when something that the caller sees may be upgraded, else an empty
    /// text.
    @Audited("upgradable")
    @GetMapping("/v1/upgradable")
    StringNode upgradable(Caller caller) {
        return StringNode.valueOf(clusters.upgradeOffered(caller).orElse(""));
    }

    @Audited("create-cluster")
    @PostMapping(path = "/v1/clusters", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    ClusterView create(Caller caller, @RequestBody CreateRequest request) {
        return view(clusters.create(caller, request.order()));
    }

    @Audited("cluster")
    @GetMapping("/v1/clusters/{name}")
    ClusterView show(Caller caller, @PathVariable String name) {
        return view(clusters.show(caller, name));
    }

    /// The same with the drain settings, the plan's and the cluster's own.
    @Audited("cluster-details")
    @GetMapping("/v1/clusterdetails/{name}")
    ClusterView details(Caller caller, @PathVariable String name) {
        var cluster = clusters.show(caller, name);
        return view(cluster)
                .withDetails(clusters.planDrain(cluster), cluster.settings().drain());
    }

    @Audited("update-cluster")
    @PatchMapping(path = "/v1/clusters/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void update(Caller caller, @PathVariable String name, @RequestBody UpdateRequest request) {
        clusters.update(caller, name, request.change());
    }

    @Audited("delete-cluster")
    @DeleteMapping("/v1/clusters/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable String name) {
        clusters.delete(caller, name);
    }

    /// An extension of ours: what the cluster's current or last operation does, step by step.
    @Audited("steps")
    @GetMapping("/v1/clusters/{name}/steps")
    StepsView steps(Caller caller, @PathVariable String name, @RequestParam(defaultValue = "0") int since) {
        var cluster = clusters.show(caller, name);
        return StepsView.of(cluster, steps.since(cluster, Math.max(since, 0)));
    }

    /// Whatever the body is: clients send none, or an empty object.
    @Audited(value = "get-credentials", credentials = true)
    @PostMapping("/v1/clusters/{name}/binds")
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, Object> bind(Caller caller, @PathVariable String name) {
        return credentials.issue(caller, name);
    }

    @Audited(value = "get-kubeconfig", credentials = true)
    @GetMapping("/v1/clusters/{name}/binds/{user}")
    Map<String, Object> bindFor(
            Caller caller,
            @PathVariable String name,
            @PathVariable String user,
            @RequestParam(defaultValue = "false") boolean suppressClusterRoleBinding) {
        return credentials.issueFor(caller, name, user, suppressClusterRoleBinding);
    }
}
