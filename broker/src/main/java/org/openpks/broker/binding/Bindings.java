package org.openpks.broker.binding;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.bosh.CredHub;
import org.openpks.bosh.Director;
import org.openpks.bosh.Vm;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.Deployments;
import org.openpks.broker.instance.Hashes;
import org.openpks.broker.instance.Instances;
import org.openpks.broker.manifest.ManifestSecrets;
import org.openpks.broker.manifest.ManifestText;
import org.openpks.kernel.Fault;
import org.openpks.osb.BindRequest;
import org.openpks.osb.OsbJson;
import org.openpks.osb.ServiceBinding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Bindings of instances. Which ones exist is kept as BOSH configs of the type `service-binding`; credentials are
/// never kept: the adapter makes the same ones again.
public final class Bindings {

    private static final Logger log = LoggerFactory.getLogger(Bindings.class);
    private static final String TYPE = "service-binding";

    private final Director director;
    private final DirectorCheck check;
    private final ManifestSecrets secrets;
    private final ServiceAdapter adapter;
    private final Offer offer;
    private final Instances instances;

    public Bindings(
            Director director,
            DirectorCheck check,
            CredHub credhub,
            ServiceAdapter adapter,
            Offer offer,
            Instances instances) {
        this.director = director;
        this.check = check;
        this.secrets = new ManifestSecrets(credhub);
        this.adapter = adapter;
        this.offer = offer;
        this.instances = instances;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record BindingRecord(
            String bindingId,
            String serviceId,
            String planId,
            @Nullable String appGuid,
            @Nullable Map<String, Object> bindResource,
            @Nullable Map<String, Object> context,
            @Nullable Map<String, Object> parameters,
            String hash) {}

    /// @param created false when the binding was there already
    public record Bound(ServiceBinding binding, boolean created) {}

    public Bound bind(String instanceId, String bindingId, BindRequest request) {
        var plan = offer.plan(request.serviceId(), request.planId());
        boolean bindable = plan.bindable().orElse(offer.service().bindable());
        if (!bindable) {
            throw new Fault(BrokerFault.REQUEST_INVALID, "This plan cannot be bound.");
        }
        var parameters = Optional.ofNullable(request.parameters()).orElse(Map.of());
        offer.checkParameters(plan, Offer.Parameters.BIND, parameters);
        var usable = instances.usable(instanceId);
        if (!usable.planId().equals(request.planId())) {
            throw new Fault(
                    BrokerFault.REQUEST_INVALID, "plan_id: the instance's plan is %s.".formatted(usable.planId()));
        }
        var name = name(instanceId, bindingId);
        var record = new BindingRecord(
                bindingId,
                request.serviceId(),
                request.planId(),
                request.appGuid(),
                request.bindResource(),
                request.context(),
                request.parameters(),
                Hashes.of(
                        request.serviceId(),
                        request.planId(),
                        request.appGuid(),
                        Optional.ofNullable(request.bindResource()).orElse(Map.of()),
                        parameters));
        var found = find(name);
        if (found.isPresent() && !found.get().hash().equals(record.hash())) {
            throw new Fault(
                    BrokerFault.BINDING_CONFLICT,
                    "There is a binding with this id that was made with other attributes.");
        }
        // The record comes first, so that a binding whose making was cut off is found when it is deleted.
        if (found.isEmpty()) {
            director.putConfig(TYPE, name, OsbJson.MAPPER.writeValueAsString(record), Optional.empty());
        }
        try {
            return new Bound(credentials(instanceId, usable, record), found.isEmpty());
        } catch (Fault e) {
            if (found.isEmpty()) {
                takeBack(instanceId, usable, record);
            }
            throw e;
        }
    }

    public ServiceBinding binding(String instanceId, String bindingId) {
        var record = find(name(instanceId, bindingId))
                .orElseThrow(() -> new Fault(BrokerFault.BINDING_UNKNOWN, "There is no such binding."));
        return credentials(instanceId, instances.usable(instanceId), record);
    }

    /// @throws Fault [BrokerFault#INSTANCE_UNKNOWN] when not even the instance is there
    public boolean exists(String instanceId, String bindingId) {
        if (find(name(instanceId, bindingId)).isPresent()) {
            return true;
        }
        if (!instances.known(instanceId)) {
            throw new Fault(BrokerFault.INSTANCE_UNKNOWN, "There is no such service instance.");
        }
        return false;
    }

    /// @throws Fault [BrokerFault#GONE] when there is no such binding
    public void unbind(String instanceId, String bindingId, String serviceId) {
        offer.service(serviceId);
        var name = name(instanceId, bindingId);
        var record = find(name).orElseThrow(() -> new Fault(BrokerFault.GONE, "There is no such binding."));
        usable(instanceId).ifPresent(usable -> delete(instanceId, usable, record));
        director.deleteConfig(TYPE, name);
    }

    /// Empty for an instance that can only be deleted: the binding's identity goes with its cluster, and platforms
    /// delete an instance only when it has no bindings left.
    private Optional<Instances.Usable> usable(String instanceId) {
        try {
            return Optional.of(instances.usable(instanceId));
        } catch (Fault e) {
            if (e.code() != BrokerFault.INSTANCE_UNUSABLE) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /// Removes what a binding that failed half way may have made. While that does not work its record stays, so
    /// that it can be deleted later.
    private void takeBack(String instanceId, Instances.Usable usable, BindingRecord record) {
        try {
            delete(instanceId, usable, record);
            director.deleteConfig(TYPE, name(instanceId, record.bindingId()));
        } catch (Fault e) {
            log.atWarn()
                    .addKeyValue("instance", instanceId)
                    .addKeyValue("binding", record.bindingId())
                    .addKeyValue("fault", e.code().name())
                    .addKeyValue("detail", e.detail())
                    .log("A binding that failed stays on record until it is deleted");
        }
    }

    private void delete(String instanceId, Instances.Usable usable, BindingRecord record) {
        var deployment = Deployments.name(instanceId);
        var manifest = new ManifestText(usable.manifest());
        try {
            adapter.deleteBinding(new ServiceAdapter.DeleteBinding(
                    record.bindingId(),
                    addresses(deployment),
                    usable.manifest(),
                    Map.of("service_id", record.serviceId(), "plan_id", record.planId()),
                    secrets.resolve(manifest, check.name(), deployment)));
        } catch (Fault e) {
            // Somebody removed it in the cluster itself, or an unbind was cut off before its record went.
            if (e.code() != AdapterFault.BINDING_MISSING) {
                throw refused(e);
            }
        }
    }

    private ServiceBinding credentials(String instanceId, Instances.Usable usable, BindingRecord record) {
        var deployment = Deployments.name(instanceId);
        var manifest = new ManifestText(usable.manifest());
        var body = new LinkedHashMap<String, Object>();
        body.put("service_id", record.serviceId());
        body.put("plan_id", record.planId());
        put(body, "app_guid", record.appGuid());
        put(body, "bind_resource", record.bindResource());
        put(body, "context", record.context());
        put(body, "parameters", record.parameters());
        try {
            var made = adapter.createBinding(new ServiceAdapter.CreateBinding(
                    record.bindingId(),
                    addresses(deployment),
                    usable.manifest(),
                    body,
                    secrets.resolve(manifest, check.name(), deployment),
                    Map.of()));
            return new ServiceBinding(made.credentials(), null, null, null, record.parameters());
        } catch (Fault e) {
            throw refused(e);
        }
    }

    /// Addresses by instance group, from the Director's records: no machine has to be asked.
    private Map<String, List<String>> addresses(String deployment) {
        var addresses = new LinkedHashMap<String, List<String>>();
        director.vms(deployment).stream()
                .filter(vm -> vm.job() != null)
                .sorted(Comparator.comparing(
                        (Vm vm) -> Optional.ofNullable(vm.index()).orElse(Integer.MAX_VALUE)))
                .forEach(vm -> addresses
                        .computeIfAbsent(String.valueOf(vm.job()), group -> new ArrayList<>())
                        .addAll(vm.ips()));
        return addresses;
    }

    private Optional<BindingRecord> find(String name) {
        return director.config(TYPE, name).map(config -> {
            try {
                return OsbJson.MAPPER.readValue(config.content(), BindingRecord.class);
            } catch (JacksonException e) {
                throw new Fault(
                        BrokerFault.MISCONFIGURED,
                        "The broker's record of this binding cannot be read. Please contact your operator.",
                        "config=%s/%s".formatted(TYPE, name));
            }
        });
    }

    private static Fault refused(Fault e) {
        var code =
                switch (e.code().kind()) {
                    case INVALID -> BrokerFault.PARAMETERS_INVALID;
                    case CONFLICT -> BrokerFault.BINDING_CONFLICT;
                    case GONE, MISSING -> BrokerFault.GONE;
                    case UNPROCESSABLE, CAPACITY -> BrokerFault.CHANGE_REFUSED;
                    case UNAUTHENTICATED, FORBIDDEN, TOO_LARGE, DEPENDENCY, BUG -> BrokerFault.FAILED;
                };
        return new Fault(
                e.code() == AdapterFault.APP_ID_MISSING ? BrokerFault.APP_REQUIRED : code,
                e.userMessage(),
                e.detail(),
                e);
    }

    private static void put(Map<String, Object> body, String key, @Nullable Object value) {
        if (value != null) {
            body.put(key, value);
        }
    }

    private static String name(String instanceId, String bindingId) {
        return Deployments.name(instanceId) + "." + Deployments.plain(bindingId);
    }
}
