package org.openpks.director.api;

import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.variable.Variables;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// The names of a deployment's variables and the days that its certificates last; never values.
@RestController
class VariablesController {

    private final Deployments deployments;
    private final Variables variables;
    private final DirectorSettings settings;
    private final InstantSource clock;

    VariablesController(Deployments deployments, Variables variables, DirectorSettings settings, InstantSource clock) {
        this.deployments = deployments;
        this.variables = variables;
        this.settings = settings;
        this.clock = clock;
    }

    @GetMapping("/deployments/{name}/variables")
    List<Map<String, String>> list(@PathVariable String name) {
        return of(name).reversed().stream()
                .map(entry -> {
                    var view = new LinkedHashMap<String, String>();
                    view.put("id", entry.id());
                    view.put("name", entry.name());
                    return (Map<String, String>) view;
                })
                .toList();
    }

    @GetMapping("/deployments/{name}/certificate_expiry")
    List<Map<String, Object>> expiry(@PathVariable String name) {
        return of(name).reversed().stream()
                .filter(entry -> entry.expiresAt().isPresent())
                .map(entry -> {
                    var end = entry.expiresAt().orElseThrow();
                    var view = new LinkedHashMap<String, Object>();
                    view.put("name", entry.name());
                    view.put("id", entry.id());
                    view.put("expiry_date", end.truncatedTo(ChronoUnit.SECONDS).toString());
                    view.put("days_left", Duration.between(clock.instant(), end).toDays());
                    return (Map<String, Object>) view;
                })
                .toList();
    }

    private List<Variables.Entry> of(String name) {
        if (deployments.find(name).isEmpty()) {
            throw DeploymentsController.unknown(name);
        }
        return variables.list(settings.variablePrefix(name));
    }
}
