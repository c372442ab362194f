package org.openpks.broker.web;

import static org.openpks.broker.web.Answers.id;
import static org.openpks.broker.web.Answers.json;
import static org.openpks.broker.web.Answers.required;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.binding.Bindings;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.kernel.Fault;
import org.openpks.osb.BindRequest;
import org.openpks.osb.LastOperation;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Bindings. Every operation is done when it is answered.
@RestController
@RequestMapping("/v2/service_instances/{instance}/service_bindings/{binding}")
final class BindingController {

    private final Bindings bindings;

    BindingController(Bindings bindings) {
        this.bindings = bindings;
    }

    @PutMapping
    ResponseEntity<String> bind(
            @PathVariable("instance") String instance,
            @PathVariable("binding") String binding,
            HttpServletRequest request) {
        var body = Body.read(request);
        var bind = new BindRequest(
                body.required("service_id"),
                body.required("plan_id"),
                body.object("context"),
                body.text("app_guid"),
                body.object("bind_resource"),
                body.object("parameters"),
                body.text("predecessor_binding_id"));
        var bound = bindings.bind(id(instance), id(binding), bind);
        return json(bound.created() ? 201 : 200, bound.binding());
    }

    @GetMapping
    ResponseEntity<String> binding(@PathVariable("instance") String instance, @PathVariable("binding") String binding) {
        return json(200, bindings.binding(id(instance), id(binding)));
    }

    /// Nothing is ever in progress: a binding that is there was made, and one that is not there is gone.
    @GetMapping("/last_operation")
    ResponseEntity<String> lastOperation(
            @PathVariable("instance") String instance, @PathVariable("binding") String binding) {
        if (!bindings.exists(id(instance), id(binding))) {
            throw new Fault(BrokerFault.GONE, "There is no such binding.");
        }
        return json(200, new LastOperation(LastOperation.State.SUCCEEDED, "Binding completed"));
    }

    @DeleteMapping
    ResponseEntity<String> unbind(
            @PathVariable("instance") String instance,
            @PathVariable("binding") String binding,
            @RequestParam(name = "service_id", required = false) @Nullable String serviceId,
            @RequestParam(name = "plan_id", required = false) @Nullable String planId) {
        var service = required("service_id", serviceId);
        required("plan_id", planId);
        bindings.unbind(id(instance), id(binding), service);
        return json(200, Map.of());
    }
}
