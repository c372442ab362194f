package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.openpks.director.config.Configs;
import org.openpks.director.deployment.DeploymentTasks;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.deployment.Deployments.Deployment;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.Tasks;
import org.openpks.kernel.Fault;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

@RestController
class DeploymentsController {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAME = "[-0-9A-Za-z_+.]+";

    private final Deployments deployments;
    private final Configs configs;
    private final Tasks tasks;
    private final Submissions submissions;

    DeploymentsController(Deployments deployments, Configs configs, Tasks tasks, Submissions submissions) {
        this.deployments = deployments;
        this.configs = configs;
        this.tasks = tasks;
        this.submissions = submissions;
    }

    record VersionView(String name, String version) {
        static VersionView of(String label) {
            int slash = label.lastIndexOf('/');
            return new VersionView(label.substring(0, slash), label.substring(slash + 1));
        }
    }

    @GetMapping("/deployments")
    List<Map<String, Object>> list(
            @RequestParam(name = "exclude_configs", defaultValue = "false") boolean excludeConfigs,
            @RequestParam(name = "exclude_releases", defaultValue = "false") boolean excludeReleases,
            @RequestParam(name = "exclude_stemcells", defaultValue = "false") boolean excludeStemcells,
            @RequestParam(name = "exclude_lock", defaultValue = "false") boolean excludeLock) {
        var newest = excludeConfigs ? List.<Long>of() : newestIds("cloud");
        var locked = excludeLock
                ? Set.<String>of()
                : tasks.locks().stream().map(Tasks.Lock::name).collect(Collectors.toSet());
        return deployments.list().stream()
                .map(deployment -> {
                    var view = new LinkedHashMap<String, Object>();
                    view.put("name", deployment.name());
                    view.put("teams", List.of());
                    if (!excludeConfigs) {
                        view.put("cloud_config", age(deployment, newest));
                    }
                    if (!excludeStemcells) {
                        view.put(
                                "stemcells",
                                deployment.stemcells().stream()
                                        .map(VersionView::of)
                                        .toList());
                    }
                    if (!excludeReleases) {
                        view.put(
                                "releases",
                                deployment.releases().stream()
                                        .map(VersionView::of)
                                        .toList());
                    }
                    if (!excludeLock) {
                        view.put("locked", locked.contains(deployment.name()));
                    }
                    return (Map<String, Object>) view;
                })
                .toList();
    }

    private static String age(Deployment deployment, List<Long> newest) {
        if (deployment.cloudConfigIds().isEmpty()) {
            return "none";
        }
        return new HashSet<>(deployment.cloudConfigIds()).equals(new HashSet<>(newest)) ? "latest" : "outdated";
    }

    private List<Long> newestIds(String type) {
        return configs.latest(type).stream().map(Configs.Config::id).toList();
    }

    @GetMapping("/deployments/{name}")
    Map<String, Object> get(@PathVariable String name) {
        var view = new LinkedHashMap<String, Object>();
        view.put("manifest", deployment(name).manifest().orElse(null));
        return view;
    }

    @PostMapping(path = "/deployments", consumes = "text/yaml")
    ResponseEntity<Void> deploy(
            HttpServletRequest request,
            @RequestParam Optional<String> context,
            @RequestParam(name = "dry_run", defaultValue = "false") boolean dryRun)
            throws IOException {
        var manifest = Bodies.text(request);
        if (manifest.isBlank()) {
            throw new Fault(DirectorFault.MANIFEST_INVALID, "Manifest should not be empty");
        }
        var name = nameOf(Bodies.yaml(manifest));
        var pinned =
                context.filter(text -> !text.isBlank()).map(this::pinnedConfigs).orElse(List.of());
        // Whatever can be refused is refused before the deployment exists.
        submissions.contextId(request);
        deployments.ensure(name);
        return submissions.forDeployment(
                request,
                name,
                DeploymentTasks.UPDATE_DEPLOYMENT,
                dryRun ? "create deployment (dry run)" : "create deployment",
                DeploymentTasks.toJson(new DeploymentTasks.Update(
                        name, Optional.of(manifest), pinned, options(request), Optional.empty())));
    }

    static DeploymentTasks.Options options(HttpServletRequest request) {
        return new DeploymentTasks.Options(
                flag(request, "recreate"),
                flag(request, "fix"),
                flag(request, "dry_run"),
                parameter(request, "skip_drain").map(text -> text.equals("true") ? "*" : text),
                parameter(request, "canaries"),
                parameter(request, "max_in_flight"));
    }

    static boolean flag(HttpServletRequest request, String name) {
        return "true".equals(request.getParameter(name));
    }

    private static Optional<String> parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name)).filter(text -> !text.isEmpty());
    }

    private static String nameOf(Map<String, Object> manifest) {
        var name = manifest.get("name");
        if (!(name instanceof String text) || text.isEmpty()) {
            throw new Fault(
                    DirectorFault.FIELD_MISSING,
                    "Required property 'name' was not specified in the manifest, or is no string.");
        }
        if (!text.matches(NAME) || text.length() > 255) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID,
                    "The deployment's name may have letters, digits and - _ + . only, and at most 255 of them.");
        }
        return text;
    }

    private List<Long> pinnedConfigs(String context) {
        try {
            var node = JSON.readTree(context);
            var ids = new ArrayList<Long>();
            node.path("cloud_config_ids").forEach(id -> ids.add(id.asLong()));
            if (configs.byIds(ids).size() != ids.size()) {
                throw new Fault(
                        DirectorFault.CONFIG_PIN_UNKNOWN,
                        "Context of the deployment names a cloud config that does not exist.");
            }
            return ids;
        } catch (JacksonException e) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID, "The parameter 'context' is not JSON.", e.getOriginalMessage());
        }
    }

    @DeleteMapping("/deployments/{name}")
    ResponseEntity<Void> delete(
            @PathVariable String name,
            HttpServletRequest request,
            @RequestParam(defaultValue = "false") boolean force) {
        deployment(name);
        return submissions.forDeployment(
                request,
                name,
                DeploymentTasks.DELETE_DEPLOYMENT,
                "delete deployment " + name,
                DeploymentTasks.toJson(new DeploymentTasks.Delete(name, force)));
    }

    /// What a deploy of this manifest would change; also for a deployment that does not exist yet.
    @PostMapping(path = "/deployments/{name}/diff", consumes = "text/yaml")
    Map<String, Object> diff(
            @PathVariable String name, HttpServletRequest request, @RequestParam(defaultValue = "true") boolean redact)
            throws IOException {
        var answer = new LinkedHashMap<String, Object>();
        try {
            var current = deployments.find(name);
            var before = new LinkedHashMap<String, Object>();
            current.ifPresent(deployment -> before.putAll(merged(
                    configs.byIds(deployment.cloudConfigIds()),
                    deployment.manifest().orElse(""))));
            var after = merged(configs.latest("cloud"), Bodies.text(request));
            answer.put(
                    "context",
                    Map.of("cloud_config_ids", newestIds("cloud"), "runtime_config_ids", newestIds("runtime")));
            answer.put("diff", DiffView.of(before, after, redact));
        } catch (Fault fault) {
            answer.clear();
            answer.put("diff", List.of());
            answer.put("error", "Unable to diff manifest: " + fault.userMessage());
        }
        return answer;
    }

    private static Map<String, Object> merged(List<Configs.Config> cloudConfigs, String manifest) {
        var document = new LinkedHashMap<String, Object>();
        for (var config : cloudConfigs) {
            Bodies.yaml(config.content())
                    .forEach((key, value) -> document.merge(key, value, (one, other) -> {
                        if (one instanceof List<?> left && other instanceof List<?> right) {
                            var both = new ArrayList<Object>(left);
                            both.addAll(right);
                            return both;
                        }
                        return other;
                    }));
        }
        document.putAll(Bodies.yaml(manifest));
        return document;
    }

    @GetMapping("/deployment_configs")
    List<Map<String, Object>> configsOf(
            @RequestParam(name = "deployment[]", required = false, defaultValue = "") List<String> names) {
        var views = new ArrayList<Map<String, Object>>();
        for (var name : names) {
            deployments.find(name).ifPresent(deployment -> configs.byIds(deployment.cloudConfigIds())
                    .forEach(config -> {
                        var view = new LinkedHashMap<String, Object>();
                        view.put("id", views.size() + 1);
                        view.put("deployment", name);
                        view.put("config", Map.of("id", config.id(), "type", config.type(), "name", config.name()));
                        views.add(view);
                    }));
        }
        return views;
    }

    private Deployment deployment(String name) {
        return deployments.find(name).orElseThrow(() -> unknown(name));
    }

    static Fault unknown(String name) {
        return new Fault(DirectorFault.DEPLOYMENT_UNKNOWN, "Deployment '" + ApiErrors.shown(name) + "' doesn't exist");
    }
}
