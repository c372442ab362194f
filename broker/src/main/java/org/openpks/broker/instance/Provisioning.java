package org.openpks.broker.instance;

import java.util.Map;
import java.util.Optional;
import org.openpks.bosh.Director;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.InstanceRecords.Stored;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;
import org.openpks.osb.ProvisionRequest;

/// Creates instances, and answers requests that create the same one again.
final class Provisioning {

    private final Director director;
    private final DirectorCheck check;
    private final Offer offer;
    private final InstanceRecords records;
    private final Manifests manifests;
    private final Quota quota;
    private final UniqueParameters unique;
    private final Driver driver;
    private final Locks locks;

    Provisioning(
            Director director,
            DirectorCheck check,
            Offer offer,
            InstanceRecords records,
            Manifests manifests,
            Quota quota,
            UniqueParameters unique,
            Driver driver,
            Locks locks) {
        this.director = director;
        this.check = check;
        this.offer = offer;
        this.records = records;
        this.manifests = manifests;
        this.quota = quota;
        this.unique = unique;
        this.driver = driver;
        this.locks = locks;
    }

    Accepted provision(String instanceId, ProvisionRequest request) {
        var plan = offer.plan(request.serviceId(), request.planId());
        offer.checkMaintenanceInfo(plan, request.maintenanceInfo());
        var parameters = Optional.ofNullable(request.parameters()).orElse(Map.of());
        offer.checkParameters(plan, Offer.Parameters.CREATE, parameters);
        var deployment = Deployments.name(instanceId);
        var hash = Hashes.of(
                request.serviceId(), request.planId(), request.organizationGuid(), request.spaceGuid(), parameters);
        return locks.with(deployment, () -> {
            var found = records.find(deployment);
            return found.isPresent()
                    ? again(deployment, found.get(), hash)
                    : create(deployment, instanceId, request, plan, parameters, hash);
        });
    }

    private Accepted create(
            String deployment,
            String instanceId,
            ProvisionRequest request,
            OfferedPlan plan,
            Map<String, Object> parameters,
            String hash) {
        check.usable();
        if (director.deployment(deployment).isPresent()) {
            // Records come before deployments, so another broker's is there by now.
            var madeMeanwhile = records.find(deployment);
            if (madeMeanwhile.isPresent()) {
                return again(deployment, madeMeanwhile.get(), hash);
            }
            throw new Fault(
                    BrokerFault.INSTANCE_CONFLICT,
                    "There is a deployment of this name that the broker did not make.",
                    "deployment=" + deployment);
        }
        quota.check(instanceId, plan);
        unique.check(instanceId, parameters);
        // An instance is made from what is configured, whether the request names its version or not.
        var made = plan.maintenanceInfo().orElse(null);
        var operation = driver.operation(
                OperationType.CREATE,
                hash,
                plan.id(),
                null,
                request.context(),
                parameters,
                made,
                plan.plan().lifecycleErrands().postDeploy());
        var record = new InstanceRecord(
                instanceId,
                request.serviceId(),
                request.planId(),
                request.organizationGuid(),
                request.spaceGuid(),
                request.context(),
                parameters,
                made,
                hash,
                null,
                null,
                false,
                operation);
        var generated = manifests.generate(deployment, record, Optional.empty());
        var dashboard = manifests.dashboard(instanceId, plan, generated);
        manifests.store(deployment, generated);
        var stored = records.add(
                deployment, record.described(dashboard, generated.labels()).referring(generated.secrets()));
        return stored.value().running(driver.start(deployment, stored, Optional.of(generated)));
    }

    private Accepted again(String deployment, Stored found, String hash) {
        var record = found.value();
        boolean same = hash.equals(record.provisionHash());
        if (record.operation().type() == OperationType.CREATE && same) {
            var answer = creationAgain(deployment, found);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        if (record.operation().type().deletes()) {
            throw Refusals.busy();
        }
        if (same) {
            return record.done();
        }
        throw new Fault(
                BrokerFault.INSTANCE_CONFLICT,
                "There is an instance with this id that was made with other attributes.");
    }

    /// Empty when the instance is gone meanwhile.
    private Optional<Accepted> creationAgain(String deployment, Stored found) {
        var operation = found.value().operation();
        var progress = driver.progress(deployment, operation);
        if (operation.running() && progress instanceof Progress.NotStarted) {
            return Optional.of(found.value().running(driver.startIfOurs(deployment, found)));
        }
        return driver.advance(deployment, found)
                .map(now -> switch (now.value().operation().state()) {
                    case RUNNING -> now.value().running(progress.firstTask());
                    case SUCCEEDED -> now.value().done();
                    case FAILED ->
                        throw new Fault(
                                BrokerFault.INSTANCE_CONFLICT,
                                "The creation of this instance failed. Delete it before it is created again.");
                });
    }
}
