package org.openpks.broker.web;

import static org.openpks.broker.web.Answers.id;
import static org.openpks.broker.web.Answers.json;
import static org.openpks.broker.web.Answers.optional;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.Accepted;
import org.openpks.broker.instance.Instances;
import org.openpks.broker.instance.Metrics;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbJson;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The On-Demand Broker's management API: for errands of the operator, with the broker's own credentials and without
/// a version header.
@RestController
@RequestMapping("/mgmt")
final class ManagementController {

    private final Instances instances;
    private final Metrics metrics;

    ManagementController(Instances instances, Metrics metrics) {
        this.instances = instances;
        this.metrics = metrics;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record InstanceView(
            String service_instance_id,
            String plan_id,
            @Nullable String space_guid) {}

    /// @param organization only instances of this organisation's id
    /// @param space only instances of this space's id
    @GetMapping("/service_instances")
    ResponseEntity<String> list(
            @RequestParam(name = "cf_org", required = false) @Nullable String organization,
            @RequestParam(name = "cf_space", required = false) @Nullable String space) {
        var found = instances.list().stream()
                .filter(one -> optional(organization)
                        .map(id -> id.equals(one.organizationGuid()))
                        .orElse(true))
                .filter(one ->
                        optional(space).map(id -> id.equals(one.spaceGuid())).orElse(true))
                .map(one -> new InstanceView(one.id(), one.planId(), one.spaceGuid()))
                .toList();
        return json(200, found);
    }

    /// 202 with the operation's data as an object, 204 when an upgrade has nothing to do, 404 for an unknown
    /// instance, 409 while another operation runs, 410 when there is no deployment, 422 for a body that says
    /// nothing.
    @PatchMapping("/service_instances/{instance}")
    ResponseEntity<String> maintain(
            @PathVariable("instance") String instance,
            @RequestParam(name = "operation_type", required = false) @Nullable String type,
            HttpServletRequest request) {
        var operation = optional(type)
                .filter(text -> List.of("upgrade", "recreate").contains(text))
                .orElseThrow(() -> Body.invalid("operation_type must be upgrade or recreate."));
        var asked = Wish.read(request);
        try {
            var accepted = operation.equals("upgrade")
                    ? instances.upgrade(id(instance), asked.planId(), asked.context())
                    : instances.recreate(id(instance), asked.planId(), asked.context());
            return switch (accepted) {
                case Accepted.Running running -> json(202, OsbJson.MAPPER.readTree(running.operation()));
                case Accepted.Done d -> ResponseEntity.status(204).build();
            };
        } catch (Fault e) {
            if (e.code() == BrokerFault.CONCURRENCY) {
                throw new Fault(BrokerFault.INSTANCE_CONFLICT, e.userMessage(), e.detail(), e);
            }
            throw e;
        }
    }

    /// Without a plan, the one that the instance has is meant.
    private record Wish(Optional<String> planId, @Nullable Map<String, Object> context) {
        static Wish read(HttpServletRequest request) {
            try {
                var body = Body.read(request);
                return new Wish(Optional.ofNullable(body.text("plan_id")), body.object("context"));
            } catch (Fault e) {
                if (e.code() == BrokerFault.REQUEST_INVALID) {
                    throw new Fault(BrokerFault.UNPROCESSABLE, e.userMessage(), e.detail(), e);
                }
                throw e;
            }
        }
    }

    @GetMapping("/orphan_deployments")
    ResponseEntity<String> orphans() {
        return json(
                200,
                instances.orphans().stream()
                        .map(name -> Map.of("deployment_name", name))
                        .toList());
    }

    @GetMapping("/metrics")
    ResponseEntity<String> metrics() {
        return json(200, metrics.read());
    }
}
