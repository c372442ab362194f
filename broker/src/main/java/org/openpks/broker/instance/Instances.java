package org.openpks.broker.instance;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.bosh.CredHub;
import org.openpks.bosh.Deployment;
import org.openpks.bosh.Director;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.instance.InstanceRecords.Stored;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.osb.InstanceCertificates;
import org.openpks.osb.LastOperation;
import org.openpks.osb.OperationSteps;
import org.openpks.osb.ProvisionRequest;
import org.openpks.osb.ServiceInstance;
import org.openpks.osb.UpdateRequest;

/// Service instances, each one BOSH deployment.
///
/// Every change is first written into the instance's record, with a new context id, and then handed to the Director
/// with that id. Whatever is cut off in between is therefore found again: a record without a task is carried on by
/// the next request or poll, and a repeated request finds the tasks of its context. Nothing moves without being
/// asked; polls start the errands.
public final class Instances {

    private final Director director;
    private final InstanceRecords records;
    private final ApiAddresses addresses;
    private final Driver driver;
    private final Locks locks = new Locks();
    private final Provisioning provisioning;
    private final Updating updating;
    private final Maintenance maintenance;
    private final Deprovisioning deprovisioning;
    private final LastOperations lastOperations;
    private final Certificates certificates;

    public Instances(
            Director director,
            DirectorCheck check,
            CredHub credhub,
            ServiceAdapter adapter,
            Offer offer,
            OdbConfig config,
            Failures failures,
            InstantSource clock,
            Duration adoptAfter,
            Duration tombstone) {
        this.director = director;
        this.records = new InstanceRecords(director);
        this.addresses = new ApiAddresses(director, records, clock);
        var manifests = new Manifests(director, check, credhub, adapter, offer, config, addresses);
        var rotation = new Rotation(credhub, check);
        var purge =
                new Purge(director, credhub, check, addresses, offer.service().id());
        var quota = new Quota(offer, records);
        var unique = new UniqueParameters(offer.service().uniqueParameters(), records);
        var causes = new FailureCause(director);
        this.driver = new Driver(director, records, manifests, rotation, purge, causes, failures, clock, adoptAfter);
        this.provisioning = new Provisioning(director, check, offer, records, manifests, quota, unique, driver, locks);
        this.updating = new Updating(check, offer, records, manifests, quota, driver, locks, new Decider(config));
        this.maintenance = new Maintenance(director, check, offer, records, manifests, driver, locks);
        this.deprovisioning = new Deprovisioning(director, check, offer, records, purge, driver, locks);
        this.certificates = new Certificates(credhub, check, records, clock);
        this.lastOperations = new LastOperations(director, records, driver, causes, failures, locks, clock, tombstone);
    }

    /// What binding needs to know of an instance that can be bound.
    public record Usable(String planId, String manifest) {}

    /// An instance on record, whatever its state.
    public record Known(
            String id,
            String planId,
            @Nullable String organizationGuid,
            @Nullable String spaceGuid) {}

    // ---- changes

    public Accepted provision(String instanceId, ProvisionRequest request) {
        return provisioning.provision(instanceId, request);
    }

    public Accepted update(String instanceId, UpdateRequest request) {
        return updating.update(instanceId, request);
    }

    /// @throws org.openpks.kernel.Fault [org.openpks.broker.fault.BrokerFault#GONE] when there is nothing to delete
    public Accepted deprovision(String instanceId, String serviceId, String planId, boolean force) {
        return deprovisioning.deprovision(instanceId, serviceId, planId, force);
    }

    /// Deploys an instance with what is configured now; done at once when that is what it has.
    /// @param planId refused when it is not the instance's
    /// @param context goes over the context of the creation
    public Accepted upgrade(String instanceId, Optional<String> planId, @Nullable Map<String, Object> context) {
        return maintenance.start(instanceId, OperationType.UPGRADE, planId, context);
    }

    /// Makes all machines of an instance anew, with the manifest that it has. Parameters as for [#upgrade].
    public Accepted recreate(String instanceId, Optional<String> planId, @Nullable Map<String, Object> context) {
        return maintenance.start(instanceId, OperationType.RECREATE, planId, context);
    }

    // ---- reading

    /// Where an operation stands; the latest one when the string is absent or not ours. Carries the operation on
    /// when it waits for us.
    /// @throws org.openpks.kernel.Fault [org.openpks.broker.fault.BrokerFault#INSTANCE_UNKNOWN] or
    ///     [org.openpks.broker.fault.BrokerFault#GONE]
    public LastOperation lastOperation(String instanceId, Optional<String> operation) {
        return lastOperations.of(instanceId, operation);
    }

    /// The steps of an operation, the latest one when the string is absent or not ours.
    public OperationSteps steps(String instanceId, Optional<String> operation, int since) {
        return lastOperations.steps(instanceId, operation, since);
    }

    public List<Known> list() {
        return records.all().stream()
                .map(record ->
                        new Known(record.instanceId(), record.planId(), record.organizationGuid(), record.spaceGuid()))
                .toList();
    }

    /// Whether there is such an instance, whatever its state.
    public boolean known(String instanceId) {
        return records.find(Deployments.name(instanceId)).isPresent();
    }

    /// Deployments that are named as ours but that no instance on record stands behind.
    public List<String> orphans() {
        // Deployments are read first: one that is made in between then has its record already.
        var deployments = director.deployments();
        var known = records.all().stream()
                .map(record -> Deployments.name(record.instanceId()))
                .toList();
        return deployments.stream()
                .map(Deployment::name)
                .filter(name -> name.startsWith(Deployments.PREFIX))
                .filter(name -> !known.contains(name))
                .sorted()
                .toList();
    }

    /// The certificates of an instance, the first to end first.
    /// @throws org.openpks.kernel.Fault [org.openpks.broker.fault.BrokerFault#INSTANCE_UNKNOWN]
    public InstanceCertificates certificates(String instanceId) {
        return certificates.of(instanceId);
    }

    /// Whole days until the first certificate of each instance ends, by the instance's id.
    Map<String, Long> certificateDaysLeft() {
        return certificates.daysLeft();
    }

    /// Logs a warning for each instance one of whose certificates ends within a time.
    public void warnOfCertificates(Duration within) {
        certificates.warn(within);
    }

    /// An instance with what is in force, and the masters' addresses as `metadata.attributes.master_ips`: the one that
    /// they stand behind when they have one.
    /// @throws org.openpks.kernel.Fault [org.openpks.broker.fault.BrokerFault#INSTANCE_UNKNOWN] also while it is
    ///     created, [org.openpks.broker.fault.BrokerFault#CONCURRENCY] while it is changed
    public ServiceInstance instance(String instanceId) {
        var deployment = Deployments.name(instanceId);
        var record = settled(deployment).orElseThrow(Refusals::unknown);
        if (!record.created()) {
            throw Refusals.unknown();
        }
        if (record.operation().running()) {
            throw Refusals.busy();
        }
        return new ServiceInstance(
                record.serviceId(),
                record.planId(),
                record.dashboardUrl(),
                record.parameters(),
                record.maintenanceInfo(),
                metadata(record, deployment));
    }

    private Map<String, Object> metadata(InstanceRecord record, String deployment) {
        var metadata = new LinkedHashMap<String, Object>();
        if (record.labels() != null && !record.labels().isEmpty()) {
            metadata.put("labels", record.labels());
        }
        var ips = addresses.of(deployment).map(List::of).orElseGet(() -> masters(deployment));
        metadata.put("attributes", Map.of("master_ips", ips));
        return metadata;
    }

    /// The masters' addresses in the order of their indexes.
    private List<String> masters(String deployment) {
        return director.vms(deployment).stream()
                .filter(vm -> "master".equals(vm.job()))
                .sorted(Comparator.comparing(
                        vm -> Optional.ofNullable(vm.index()).orElse(Integer.MAX_VALUE)))
                .flatMap(vm -> vm.ips().stream())
                .toList();
    }

    /// An instance that can be bound: created, not being deleted, deployed.
    public Usable usable(String instanceId) {
        var deployment = Deployments.name(instanceId);
        var record = settled(deployment).orElseThrow(Refusals::unknown);
        boolean deleting = record.operation().type().deletes();
        if (record.operation().running() && (!record.created() || deleting)) {
            throw Refusals.busy();
        }
        if (!record.created() || deleting) {
            throw Refusals.onlyDeletable(record);
        }
        var manifest = director.deployment(deployment)
                .flatMap(Director.DeployedManifest::manifest)
                .orElseThrow(() -> Refusals.notDeployed(deployment));
        return new Usable(record.planId(), manifest);
    }

    private Optional<InstanceRecord> settled(String deployment) {
        var found = records.find(deployment);
        if (found.isEmpty() || !found.get().value().operation().running()) {
            return found.map(Stored::value);
        }
        return locks.with(deployment, () -> records.find(deployment)
                .flatMap(again -> driver.advance(deployment, again))
                .map(Stored::value));
    }
}
