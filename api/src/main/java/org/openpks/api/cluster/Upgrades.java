package org.openpks.api.cluster;

import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Caller;
import org.openpks.api.access.Principal;
import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Plans;
import org.openpks.api.plan.Software;
import org.openpks.api.profile.KubernetesProfileService;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Service;

/// The way of a single cluster through an upgrade: it waits in the queue, then its operation begins, or it is
/// taken back. What changes a cluster belongs into a transaction of the caller's.
@Service
public class Upgrades {

    private static final String QUEUED = Action.UPGRADE.words() + " queued";

    private final ClusterService service;
    private final Clusters clusters;
    private final Operations operations;
    private final Plans plans;
    private final KubernetesProfileService profiles;

    Upgrades(
            ClusterService service,
            Clusters clusters,
            Operations operations,
            Plans plans,
            KubernetesProfileService profiles) {
        this.service = service;
        this.clusters = clusters;
        this.operations = operations;
        this.plans = plans;
        this.profiles = profiles;
    }

    /// A cluster and what its plan offers.
    public record Candidate(Cluster cluster, Software offered) {}

    /// A cluster that the caller may upgrade to what its plan offers.
    /// @throws Fault with [ClusterFault#UPGRADE_REFUSED] when Kubernetes does not allow the step, or with
    ///     `PROFILE_REFUSED` when the cluster's profile does not fit that Kubernetes
    public Candidate candidate(Caller caller, String name) {
        var cluster = service.managed(caller, name);
        var offered = plans.withId(cluster.planId())
                .flatMap(Plan::software)
                .orElseThrow(() -> new Fault(
                        ClusterFault.UPGRADE_REFUSED,
                        "Nothing is offered that cluster %s could be upgraded to. Please contact the PKS administrator."
                                .formatted(name),
                        "plan=" + cluster.planId()));
        cluster.software().flatMap(now -> now.refusalOf(offered)).ifPresent(sentence -> {
            throw new Fault(ClusterFault.UPGRADE_REFUSED, sentence, "offered=" + offered);
        });
        cluster.profiles().kubernetes().ifPresent(profile -> profiles.checkUpgrade(profile.id(), offered.kubernetes()));
        return new Candidate(cluster, offered);
    }

    /// Puts a cluster into the queue.
    /// @return what it was before
    /// @throws Fault when it cannot be upgraded now
    public Cluster queue(Cluster seen) {
        var cluster = clusters.lock(seen.id())
                .orElseThrow(() -> ClusterService.unknown(seen.name().value()));
        ClusterService.checkMove(cluster, Phase.UPGRADE_QUEUED);
        clusters.move(cluster, Phase.UPGRADE_QUEUED, QUEUED, cluster.masterIps());
        return cluster;
    }

    /// Begins the upgrade of a cluster whose turn has come.
    /// @return the operation's id; empty when the cluster left the queue, because somebody deletes it
    public Optional<UUID> start(UUID id, Principal requester) {
        return queued(id).map(cluster -> {
            var operation = ClusterService.accepted(cluster, Action.UPGRADE, requester, Wish.none(cluster));
            operations.forgetSteps(id);
            operations.insert(operation);
            clusters.move(cluster, Phase.UPGRADING, ClusterService.progress(Action.UPGRADE), cluster.masterIps());
            return operation.id();
        });
    }

    /// Makes a cluster that still waits what it was before.
    public void takeBack(UUID id, Phase before, String description) {
        queued(id).ifPresent(cluster -> clusters.move(cluster, before, description, cluster.masterIps()));
    }

    private Optional<Cluster> queued(UUID id) {
        return clusters.lock(id).filter(cluster -> cluster.phase() == Phase.UPGRADE_QUEUED);
    }
}
