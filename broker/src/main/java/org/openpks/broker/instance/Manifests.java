package org.openpks.broker.instance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.adapter.ServiceDeployment;
import org.openpks.bosh.CredHub;
import org.openpks.bosh.Director;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.CloudConfig;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.manifest.ManifestSecrets;
import org.openpks.broker.manifest.ManifestText;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;
import org.openpks.osb.MaintenanceInfo;

/// Asks the adapter for manifests, with all that it may look at.
final class Manifests {

    private static final String HOST = "kubernetes_master_host";

    private final Director director;
    private final DirectorCheck check;
    private final CredHub credhub;
    private final ServiceAdapter adapter;
    private final Offer offer;
    private final OdbConfig config;
    private final ManifestSecrets secrets;
    private final ApiAddresses addresses;

    Manifests(
            Director director,
            DirectorCheck check,
            CredHub credhub,
            ServiceAdapter adapter,
            Offer offer,
            OdbConfig config,
            ApiAddresses addresses) {
        this.director = director;
        this.check = check;
        this.credhub = credhub;
        this.adapter = adapter;
        this.offer = offer;
        this.config = config;
        this.secrets = new ManifestSecrets(credhub);
        this.addresses = addresses;
    }

    /// A manifest that can be handed over, with what has to be stored before.
    record Generated(
            ManifestText text, Map<String, Object> secrets, Map<String, String> configs, Map<String, String> labels) {}

    /// What is deployed now.
    record Previous(ManifestText manifest, String planId, Map<String, String> secrets, Map<String, String> configs) {}

    /// Empty while nothing was deployed.
    Optional<Previous> deployed(String deployment, String planId) {
        return director.deployment(deployment)
                .flatMap(Director.DeployedManifest::manifest)
                .map(text -> previous(deployment, new ManifestText(text), planId));
    }

    private Previous previous(String deployment, ManifestText manifest, String planId) {
        var values = secrets.whenNeeded(manifest, check.name(), deployment);
        var configs = new LinkedHashMap<String, String>();
        for (var item : director.configs(Optional.empty(), Optional.of(deployment))) {
            if (item.name().equals(deployment) && !item.type().equals(InstanceRecords.TYPE)) {
                configs.put(item.type(), item.content());
            }
        }
        return new Previous(manifest, planId, values, configs);
    }

    /// Writes the manifest that the record's operation asks for. A cluster that needs an address of its own has it
    /// claimed then.
    /// @throws Fault in the adapter's words when it refuses; nothing was changed then
    Generated generate(String deployment, InstanceRecord record, Optional<Previous> previous) {
        var operation = record.operation();
        var plan = offer.plan(operation.planId()).orElseThrow(() -> Refusals.planGone(operation.planId()));
        var address = address(deployment, record, plan.plan());
        ServiceAdapter.GeneratedManifest made;
        try {
            made = adapter.generateManifest(new ServiceAdapter.GenerateManifest(
                    operation.type() == OperationType.UPDATE && previous.isPresent()
                            ? pinned(deployment, previous.get().manifest())
                            : new ServiceDeployment(deployment, config.releases(), config.stemcells()),
                    plan.plan(),
                    requestBody(record, address),
                    previous.map(before -> before.manifest().text()),
                    previous.flatMap(before -> offer.plan(before.planId())).map(OfferedPlan::plan),
                    previous.map(Previous::secrets).orElse(Map.of()),
                    previous.map(Previous::configs).orElse(Map.of())));
        } catch (Fault e) {
            if (operation.type() == OperationType.CREATE) {
                addresses.free(deployment);
            }
            throw Refusals.ofAdapter(e);
        }
        if (!made.configs().isEmpty() && config.broker().disableBoshConfigs()) {
            throw new Fault(
                    BrokerFault.MISCONFIGURED,
                    "The service adapter wrote BOSH configs, but they are disabled. Please contact your operator.");
        }
        var text = new ManifestText(made.manifest()).withBrokerSecrets(secretsPath(deployment));
        text.check(deployment);
        checkZones(text, plan.plan());
        return new Generated(text, made.secrets(), made.configs(), made.labels());
    }

    /// The plan's zones are known to be there; others are an owner's wish.
    private void checkZones(ManifestText text, Plan plan) {
        var wished = text.zones();
        plan.instanceGroups().forEach(group -> group.azs().forEach(wished::remove));
        if (wished.isEmpty()) {
            return;
        }
        var known = CloudConfig.of(director).map(cloud -> cloud.items("azs")).orElse(List.of()).stream()
                .map(az -> String.valueOf(az.get("name")))
                .collect(Collectors.toCollection(TreeSet::new));
        wished.removeAll(known);
        if (!wished.isEmpty()) {
            throw new Fault(
                    BrokerFault.PARAMETERS_INVALID,
                    "There is no availability zone %s; there are %s. Zones are the operator's: the Director's cloud config defines them."
                            .formatted(String.join(", ", wished), String.join(", ", known)));
        }
    }

    /// Refuses an update that would carry along what the operator changed since the last deployment.
    void checkPendingChanges(String deployment, InstanceRecord record, Previous previous) {
        if (config.broker().skipPendingChanges()) {
            return;
        }
        var plan = offer.plan(record.planId()).orElseThrow(() -> Refusals.planGone(record.planId()));
        var again = adapter.generateManifest(new ServiceAdapter.GenerateManifest(
                pinned(deployment, previous.manifest()),
                plan.plan(),
                Map.of(),
                Optional.of(previous.manifest().text()),
                Optional.of(plan.plan()),
                previous.secrets(),
                previous.configs()));
        var text = new ManifestText(again.manifest()).withBrokerSecrets(secretsPath(deployment));
        if (!text.sameButForUpdate(previous.manifest())) {
            throw new Fault(
                    BrokerFault.PENDING_CHANGES,
                    "The service broker has been updated, and this service instance is out of date. Please contact your operator.",
                    "deployment=" + deployment);
        }
    }

    /// Stores the secrets of a manifest. Comes before the record, which holds their references alone: a value that is
    /// its own reference was stored when that was written.
    void store(String deployment, Generated generated) {
        generated.secrets().forEach((name, value) -> {
            var path = secretsPath(deployment) + name;
            if (value instanceof Map<?, ?> map) {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, item) -> copy.put(String.valueOf(key), item));
                credhub.set(path, copy);
            } else if (!ManifestText.brokerSecret(name).equals(value)) {
                credhub.set(path, String.valueOf(value));
            }
        });
    }

    /// Stores the configs that belong to a manifest, and hands it over.
    /// @param undrained instance groups whose machines are not emptied before they change
    /// @return the task
    long deploy(String deployment, Generated generated, List<String> undrained, String contextId) {
        generated.configs().forEach((type, content) -> director.putConfig(type, deployment, content, Optional.empty()));
        return director.deploy(generated.text().text(), undrained, Optional.of(contextId));
    }

    Optional<String> dashboard(String instanceId, OfferedPlan plan, Generated generated) {
        try {
            return adapter.dashboardUrl(new ServiceAdapter.DashboardUrl(
                    instanceId, plan.plan(), generated.text().text()));
        } catch (Fault e) {
            if (e.code() == AdapterFault.COMMAND_UNKNOWN) {
                return Optional.empty();
            }
            throw Refusals.ofAdapter(e);
        }
    }

    private String secretsPath(String deployment) {
        return Purge.secretsPath(offer.service().id(), deployment);
    }

    /// The same deployment with the versions that it has now: an update changes what was asked for, only an upgrade
    /// changes versions.
    private ServiceDeployment pinned(String deployment, ManifestText deployed) {
        var releases = deployed.versions("releases", "name");
        var stemcells = deployed.versions("stemcells", "os");
        return new ServiceDeployment(
                deployment,
                config.releases().stream()
                        .map(release -> new ServiceDeployment.Release(
                                release.name(),
                                releases.getOrDefault(release.name(), release.version()),
                                release.jobs()))
                        .toList(),
                config.stemcells().stream()
                        .map(stemcell -> new ServiceDeployment.Stemcell(
                                stemcell.name(),
                                stemcell.os(),
                                stemcells.getOrDefault(stemcell.os(), stemcell.version())))
                        .toList());
    }

    /// The address of the API, for what may give the instance one: later the adapter carries it on.
    private Optional<String> address(String deployment, InstanceRecord record, Plan plan) {
        return switch (record.operation().type()) {
            case CREATE ->
                addresses.claim(
                        deployment,
                        plan,
                        parameters(record),
                        Optional.ofNullable(parameters(record).get(HOST)));
            // Its external host name has been in use all along, whatever it is.
            case UPGRADE -> addresses.claim(deployment, plan, parameters(record), Optional.empty());
            case UPDATE, RECREATE, DELETE, FORCE_DELETE -> Optional.empty();
        };
    }

    private static Map<String, Object> parameters(InstanceRecord record) {
        return Optional.ofNullable(record.parameters()).orElse(Map.of());
    }

    /// The OSB body as the adapter's contract wants it, and beside it `api_address`; an upgrade carries the context
    /// alone.
    private static Map<String, Object> requestBody(InstanceRecord record, Optional<String> address) {
        var operation = record.operation();
        var context = operation.context() == null ? record.context() : operation.context();
        var body = new LinkedHashMap<String, Object>();
        put(body, "context", context);
        address.ifPresent(value -> body.put("api_address", value));
        if (operation.type() == OperationType.UPGRADE) {
            return body;
        }
        put(body, "service_id", record.serviceId());
        put(body, "plan_id", operation.planId());
        body.put("parameters", operation.parameters() == null ? Map.of() : operation.parameters());
        put(body, "maintenance_info", maintenance(operation.maintenanceInfo()));
        if (operation.type() == OperationType.CREATE) {
            put(body, "organization_guid", record.organizationGuid());
            put(body, "space_guid", record.spaceGuid());
        } else {
            var before = new LinkedHashMap<String, Object>();
            put(before, "plan_id", operation.previousPlanId());
            put(before, "service_id", record.serviceId());
            put(before, "organization_id", record.organizationGuid());
            put(before, "space_id", record.spaceGuid());
            put(before, "maintenance_info", maintenance(record.maintenanceInfo()));
            body.put("previous_values", before);
        }
        return body;
    }

    private static @Nullable Map<String, Object> maintenance(@Nullable MaintenanceInfo info) {
        return info == null ? null : Map.of("version", info.version());
    }

    private static void put(Map<String, Object> body, String key, @Nullable Object value) {
        if (value != null) {
            body.put(key, value);
        }
    }
}
