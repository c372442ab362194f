package org.openpks.broker.web;

import static org.openpks.broker.web.Answers.accepted;
import static org.openpks.broker.web.Answers.id;
import static org.openpks.broker.web.Answers.json;
import static org.openpks.broker.web.Answers.optional;
import static org.openpks.broker.web.Answers.requireAsync;
import static org.openpks.broker.web.Answers.required;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.Instances;
import org.openpks.broker.settings.BrokerSettings;
import org.openpks.kernel.Fault;
import org.openpks.osb.LastOperation;
import org.openpks.osb.ProvisionRequest;
import org.openpks.osb.UpdateRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Service instances. Every operation is asynchronous.
@RestController
@RequestMapping("/v2/service_instances/{instance}")
final class InstanceController {

    private final Instances instances;
    private final Offer offer;
    private final long retryAfterSeconds;

    InstanceController(Instances instances, Offer offer, BrokerSettings settings) {
        this.instances = instances;
        this.offer = offer;
        this.retryAfterSeconds = settings.retryAfter().toSeconds();
    }

    @PutMapping
    ResponseEntity<String> provision(
            @PathVariable("instance") String instance,
            @RequestParam(name = "accepts_incomplete", required = false) @Nullable String acceptsIncomplete,
            HttpServletRequest request) {
        var body = Body.read(request);
        var provision = new ProvisionRequest(
                body.required("service_id"),
                body.required("plan_id"),
                body.required("organization_guid"),
                body.required("space_guid"),
                body.object("context"),
                body.object("parameters"),
                body.maintenanceInfo("maintenance_info"));
        offer.plan(provision.serviceId(), provision.planId());
        requireAsync(acceptsIncomplete);
        return accepted(instances.provision(id(instance), provision));
    }

    @PatchMapping
    ResponseEntity<String> update(
            @PathVariable("instance") String instance,
            @RequestParam(name = "accepts_incomplete", required = false) @Nullable String acceptsIncomplete,
            HttpServletRequest request) {
        var body = Body.read(request);
        var update = new UpdateRequest(
                body.required("service_id"),
                body.text("plan_id"),
                body.object("context"),
                body.object("parameters"),
                body.maintenanceInfo("maintenance_info"),
                previousValues(body));
        offer.service(update.serviceId());
        if (update.planId() != null) {
            offer.plan(update.serviceId(), update.planId());
        }
        requireAsync(acceptsIncomplete);
        return accepted(instances.update(id(instance), update));
    }

    private static UpdateRequest.@Nullable PreviousValues previousValues(Body body) {
        if (!body.has("previous_values")) {
            return null;
        }
        var previous = body.inner("previous_values");
        return new UpdateRequest.PreviousValues(
                previous.text("plan_id"),
                previous.maintenanceInfo("maintenance_info"),
                previous.text("service_id"),
                previous.text("organization_id"),
                previous.text("space_id"));
    }

    @DeleteMapping
    ResponseEntity<String> deprovision(
            @PathVariable("instance") String instance,
            @RequestParam(name = "service_id", required = false) @Nullable String serviceId,
            @RequestParam(name = "plan_id", required = false) @Nullable String planId,
            @RequestParam(name = "accepts_incomplete", required = false) @Nullable String acceptsIncomplete,
            @RequestParam(name = "force", required = false) @Nullable String force) {
        var service = required("service_id", serviceId);
        var plan = required("plan_id", planId);
        offer.service(service);
        requireAsync(acceptsIncomplete);
        return accepted(instances.deprovision(id(instance), service, plan, "true".equals(force)));
    }

    @GetMapping
    ResponseEntity<String> instance(@PathVariable("instance") String instance) {
        return json(200, instances.instance(id(instance)));
    }

    @GetMapping("/last_operation")
    ResponseEntity<String> lastOperation(
            @PathVariable("instance") String instance,
            @RequestParam(name = "operation", required = false) @Nullable String operation) {
        var answer = instances.lastOperation(id(instance), optional(operation));
        var response = json(200, answer);
        if (retryAfterSeconds == 0 || answer.state() != LastOperation.State.IN_PROGRESS) {
            return response;
        }
        return ResponseEntity.ok()
                .header("Retry-After", Long.toString(retryAfterSeconds))
                .contentType(MediaType.APPLICATION_JSON)
                .body(response.getBody());
    }

    @GetMapping("/operation_steps")
    ResponseEntity<String> steps(
            @PathVariable("instance") String instance,
            @RequestParam(name = "operation", required = false) @Nullable String operation,
            @RequestParam(name = "since", required = false) @Nullable String since) {
        return json(200, instances.steps(id(instance), optional(operation), position(optional(since))));
    }

    @GetMapping("/certificates")
    ResponseEntity<String> certificates(@PathVariable("instance") String instance) {
        return json(200, instances.certificates(id(instance)));
    }

    private static int position(Optional<String> since) {
        try {
            return since.map(Integer::parseInt).orElse(0);
        } catch (NumberFormatException e) {
            throw new Fault(BrokerFault.REQUEST_INVALID, "since must be a whole number.", "", e);
        }
    }
}
