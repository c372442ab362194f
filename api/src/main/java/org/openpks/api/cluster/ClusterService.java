package org.openpks.api.cluster;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Function;
import org.openpks.api.ApiSettings;
import org.openpks.api.access.Audit;
import org.openpks.api.access.Caller;
import org.openpks.api.access.Principal;
import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Plans;
import org.openpks.api.plan.Software;
import org.openpks.api.settings.Drain;
import org.openpks.api.storage.Transactions;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Service;

/// What callers may ask about clusters. A change is checked, written as an operation, and answered; carrying it out
/// is the affair of whoever takes the operation up.
///
/// A change of a busy cluster is refused with [ClusterFault#CLUSTER_BUSY], which is a conflict (409): the request
/// itself is fine and may be repeated unchanged later. Only a delete is accepted while a create or an update runs,
/// and takes its place.
@Service
public class ClusterService {

    static final String CREATING = "Creating cluster";
    private static final String BUSY = "An operation is in progress for your service instance. Please try again later.";

    private final Clusters clusters;
    private final Operations operations;
    private final Transactions transactions;
    private final Plans plans;
    private final UsageService usages;
    private final Sizes sizes;
    private final OperationSignal signal;
    private final Wishes wishes;
    private final Audit audit;
    private final ApiSettings settings;

    ClusterService(
            Clusters clusters,
            Operations operations,
            Transactions transactions,
            Plans plans,
            UsageService usages,
            Sizes sizes,
            OperationSignal signal,
            Wishes wishes,
            Audit audit,
            ApiSettings settings) {
        this.clusters = clusters;
        this.operations = operations;
        this.transactions = transactions;
        this.plans = plans;
        this.usages = usages;
        this.sizes = sizes;
        this.signal = signal;
        this.wishes = wishes;
        this.audit = audit;
        this.settings = settings;
    }

    /// Those that the caller may see, by name.
    public List<Cluster> list(Caller caller) {
        return caller.seesAll() ? clusters.all() : clusters.ownedBy(caller.principal());
    }

    /// One cluster by its name.
    /// @throws Fault with [ClusterFault#CLUSTER_UNKNOWN] when there is none, or none that the caller may see
    public Cluster show(Caller caller, String name) {
        var cluster = clusters.find(name).orElseThrow(() -> unknown(name));
        if (!caller.sees(cluster.owner())) {
            Audit.foreign(cluster.owner());
            throw unknown(name);
        }
        return cluster;
    }

    /// A cluster that the caller may enter and change.
    /// @throws Fault with [ClusterFault#NOT_ALLOWED] for those who may only look
    public Cluster managed(Caller caller, String name) {
        if (!caller.creates()) {
            throw notAllowed();
        }
        var cluster = show(caller, name);
        if (!caller.manages(cluster.owner())) {
            throw notAllowed();
        }
        return cluster;
    }

    public Cluster create(Caller caller, ClusterOrder order) {
        Audit.note("cluster", order.name());
        Audit.note("plan", order.plan());
        if (!caller.creates()) {
            throw notAllowed();
        }
        var plan = plans.named(order.plan());
        var accepted = transactions.run(() -> {
            var quota = usages.limiting(caller, caller.principal());
            var version = plan.software().map(Software::kubernetes).orElse(settings.k8sVersion());
            var wish = wishes.create(caller, order, plan, version);
            var cluster = created(caller, order, plan, version, wish);
            quota.ifPresent(limit -> usages.check(limit, cluster.owner(), sizes.of(plan.id(), Shape.of(wish))));
            clusters.insert(cluster);
            var operation = accepted(cluster, Action.CREATE, caller.principal(), wish);
            operations.insert(operation);
            Audit.note("operation", operation.id());
            return cluster;
        });
        signal.accepted();
        return accepted;
    }

    private Cluster created(Caller caller, ClusterOrder order, Plan plan, String version, Wish wish) {
        return new Cluster(
                UUID.randomUUID(),
                order.name(),
                order.host(),
                order.port(),
                caller.principal(),
                plan.id(),
                plan.name(),
                wish.workers(),
                wish.settings(),
                wish.profiles(),
                Phase.started(Action.CREATE),
                CREATING,
                List.of(),
                Optional.empty(),
                version,
                settings.pksVersion());
    }

    /// Changes what was asked for, all of it or nothing.
    public void update(Caller caller, String name, ClusterChange change) {
        Audit.note("changes", change.names());
        var seen = managed(caller, name);
        if (change.isEmpty()) {
            throw nothingChanges();
        }
        var plan = plans.withId(seen.planId()).orElseGet(() -> withoutLimit(seen));
        change(caller, seen, cluster -> wishes.update(caller, cluster, change, plan));
    }

    static Fault nothingChanges() {
        return new Fault(
                ClusterFault.REQUEST_INVALID,
                "The request changes nothing; please give kubernetes_worker_instances or another field of the update.");
    }

    /// Makes a cluster's certificates anew. For its owner it is an update like any other.
    public void rotate(Caller caller, String name, RotationScope scope) {
        var seen = managed(caller, name);
        Audit.note("scope", scope.word());
        change(caller, seen, cluster -> Wish.rotate(cluster, scope, UUID.randomUUID()));
    }

    /// What a cluster could be upgraded to; empty when it has it, or when that is not known.
    public Optional<Software> upgradeOf(Cluster cluster) {
        if (cluster.software().isEmpty()) {
            return Optional.empty();
        }
        var now = cluster.software().get();
        try {
            return plans.withId(cluster.planId())
                    .flatMap(Plan::software)
                    .filter(offered -> !offered.version().equals(now.version()))
                    .filter(offered -> now.refusalOf(offered).isEmpty());
        } catch (Fault e) {
            // A broker that is silent must not keep people from seeing their clusters.
            return Optional.empty();
        }
    }

    /// The version of the control plane, when any cluster that the caller sees could be upgraded.
    public Optional<String> upgradeOffered(Caller caller) {
        return list(caller).stream()
                .filter(cluster -> upgradeOf(cluster).isPresent())
                .findAny()
                .map(any -> settings.pksVersion());
    }

    /// How the plan of a cluster drains nodes; the usual way when the plan is gone or the broker silent.
    public SortedMap<Drain, String> planDrain(Cluster cluster) {
        try {
            return plans.withId(cluster.planId()).map(Plan::drain).orElseGet(Drain::usually);
        } catch (Fault e) {
            return Drain.usually();
        }
    }

    /// Accepts a change of an existing cluster.
    /// @param wanted what is wanted of the cluster as it is under the lock
    private void change(Caller caller, Cluster seen, Function<Cluster, Wish> wanted) {
        transactions.run(() -> {
            var quota = usages.limiting(caller, seen.owner());
            var cluster = clusters.lock(seen.id())
                    .orElseThrow(() -> unknown(seen.name().value()));
            checkMove(cluster, Phase.UPDATING);
            var wish = wanted.apply(cluster);
            var now = Shape.of(cluster);
            var next = Shape.of(wish);
            // What leaves the machines as they are needs no quota, also where nobody knows their sizes any more.
            quota.filter(limit -> !next.equals(now))
                    .ifPresent(limit -> usages.check(
                            limit,
                            cluster.owner(),
                            sizes.of(cluster.planId(), now).to(sizes.of(cluster.planId(), next))));
            operations.forgetSteps(cluster.id());
            var operation = accepted(cluster, Action.UPDATE, caller.principal(), wish);
            operations.insert(operation);
            Audit.note("operation", operation.id());
            clusters.move(cluster, Phase.UPDATING, progress(Action.UPDATE), cluster.masterIps());
            clusters.want(
                    cluster.id(),
                    wish.workers(),
                    wish.settings(),
                    wish.profiles().ids());
            return cluster;
        });
        signal.accepted();
    }

    /// @throws Fault when a locked cluster cannot be changed now
    static void checkMove(Cluster cluster, Phase next) {
        if (cluster.phase().busy()) {
            throw new Fault(ClusterFault.CLUSTER_BUSY, BUSY, "phase=" + cluster.phase());
        }
        if (!cluster.phase().mayBecome(next)) {
            throw new Fault(
                    ClusterFault.CLUSTER_UNFIT,
                    "Cluster %s cannot be changed because its last action, %s, failed. Please delete it with 'pks delete-cluster %s'."
                            .formatted(cluster.name(), cluster.phase().action(), cluster.name()),
                    "phase=" + cluster.phase());
        }
    }

    /// Deletes a cluster in whatever state it is. A create or update that runs ends for it.
    public void delete(Caller caller, String name) {
        var seen = managed(caller, name);
        Optional<Operation> superseded = transactions.run(() -> {
            var cluster = clusters.lock(seen.id()).orElseThrow(() -> unknown(name));
            var next = Phase.started(Action.DELETE);
            if (!cluster.phase().mayBecome(next)) {
                throw new Fault(ClusterFault.CLUSTER_BUSY, BUSY, "phase=" + cluster.phase());
            }
            var running = operations.unfinished(cluster.id());
            running.ifPresent(operation -> operations.supersede(operation.id()));
            operations.forgetSteps(cluster.id());
            var fresh = accepted(cluster, Action.DELETE, caller.principal(), Wish.none(cluster));
            var operation = running.map(fresh::inPlaceOf).orElse(fresh);
            operations.insert(operation);
            Audit.note("operation", operation.id());
            clusters.move(cluster, next, progress(Action.DELETE), cluster.masterIps());
            return running;
        });
        superseded.ifPresent(operation -> {
            Audit.note("superseded", operation.id());
            audit.ended(operation.command(), operation.requester(), name, "superseded", "operation", operation.id());
            signal.superseded(operation.id());
        });
        signal.accepted();
    }

    /// What a description says while an action runs and the broker has said nothing yet.
    static String progress(Action action) {
        return action.words() + " in progress";
    }

    static Operation accepted(Cluster cluster, Action action, Principal requester, Wish wish) {
        return new Operation(
                UUID.randomUUID(),
                cluster.id(),
                action,
                Operation.State.ACCEPTED,
                requester,
                wish.workers(),
                wish.parametersJson(),
                wish.kubernetesProfile(),
                cluster.workers(),
                cluster.settings(),
                cluster.profiles().ids(),
                Optional.empty(),
                "",
                Optional.empty());
    }

    /// A plan that left the catalog cannot limit its clusters any more; the broker still may.
    private static Plan withoutLimit(Cluster cluster) {
        return new Plan(
                cluster.planId(),
                cluster.planName(),
                "",
                cluster.workers(),
                Integer.MAX_VALUE,
                1,
                false,
                Optional.empty(),
                Plan.Machine.UNKNOWN,
                Plan.Machine.UNKNOWN,
                Drain.usually());
    }

    static Fault unknown(String name) {
        var shown = name.length() <= ClusterName.MAXIMUM ? name : name.substring(0, ClusterName.MAXIMUM) + "...";
        return new Fault(ClusterFault.CLUSTER_UNKNOWN, "Cluster " + shown + " not found");
    }

    private static Fault notAllowed() {
        return new Fault(ClusterFault.NOT_ALLOWED, Caller.REFUSAL);
    }
}
