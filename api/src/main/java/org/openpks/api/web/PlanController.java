package org.openpks.api.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.openpks.api.access.Audited;
import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Plans;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The route about plans, for everyone with a scope of the product.
@RestController
class PlanController {

    private final Plans plans;

    PlanController(Plans plans) {
        this.plans = plans;
    }

    /// A plan on the wire. The hyphens of the last field are the API's.
    @JsonNaming(SnakeCaseStrategy.class)
    record View(
            String id,
            String name,
            String description,
            int workerInstances,
            int masterInstances,
            @JsonProperty("allow-privileged-containers") boolean allowPrivilegedContainers) {

        static View of(Plan plan) {
            return new View(
                    plan.id(),
                    plan.name(),
                    plan.description(),
                    plan.workers(),
                    plan.masters(),
                    plan.allowPrivilegedContainers());
        }
    }

    @Audited("plans")
    @GetMapping("/v1/plans")
    List<View> list() {
        return plans.all().stream().map(View::of).toList();
    }
}
