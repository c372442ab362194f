package org.openpks.api.credentials;

import java.util.Map;
import java.util.UUID;
import org.openpks.api.access.Audit;
import org.openpks.api.access.Caller;
import org.openpks.api.access.Principal;
import org.openpks.api.broker.ClusterBroker;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.api.cluster.ClusterService;
import org.openpks.api.cluster.Clusters;
import org.openpks.api.credentials.Bindings.State;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbFault;
import org.springframework.stereotype.Service;

/// Hands out credentials. Every request makes a new identity in the cluster, so that one may be ended without the
/// others; the database knows that it exists, and only its owner has the secret. Where clusters take the users of an
/// OpenID provider, a user has one identity there: their own name.
@Service
public class CredentialsService {

    /// In characters; the database holds no more.
    private static final int LONGEST_USER = 255;

    private final ClusterService clusters;
    private final Clusters registry;
    private final Bindings bindings;
    private final ClusterBroker broker;

    CredentialsService(ClusterService clusters, Clusters registry, Bindings bindings, ClusterBroker broker) {
        this.clusters = clusters;
        this.registry = registry;
        this.bindings = bindings;
        this.broker = broker;
    }

    /// A kubeconfig with administrator's credentials for the caller. Holds a secret.
    public Map<String, Object> issue(Caller caller, String name) {
        var cluster = usable(clusters.managed(caller, name));
        return bind(cluster, caller.principal(), true);
    }

    /// The same for a user by name, who must be the caller unless the caller administers all clusters.
    /// @param withoutRights whether the identity may do nothing until an administrator of the cluster gives it
    /// roles
    public Map<String, Object> issueFor(Caller caller, String name, String user, boolean withoutRights) {
        if (user.length() > LONGEST_USER || user.chars().anyMatch(Character::isISOControl)) {
            throw new Fault(
                    ClusterFault.REQUEST_INVALID,
                    "The user name must have at most %d characters and no control characters.".formatted(LONGEST_USER));
        }
        boolean guest = !caller.known() && withoutRights;
        var cluster = guest ? entered(caller, name, user) : clusters.managed(caller, name);
        if (!user.equals(caller.principal().name()) && !caller.administers()) {
            throw notAllowed();
        }
        usable(cluster);
        var principal =
                user.equals(caller.principal().name()) ? caller.principal() : new Principal(Principal.Kind.USER, user);
        var kubeconfig = bind(cluster, principal, !withoutRights);
        if (guest && !Kubeconfig.isForProvidersUser(kubeconfig)) {
            // The cluster takes users by their names no more, and a token is nothing for somebody without a scope.
            throw notAllowed();
        }
        return kubeconfig;
    }

    /// A cluster for one of its users, who needs no scope of the product: what such a user gets holds no secret and
    /// brings no rights. An administrator must have fetched credentials before, which shows that the cluster takes
    /// users by their names. Whether there is a cluster of the name stays untold otherwise.
    private Cluster entered(Caller caller, String name, String user) {
        var self = caller.principal();
        if (self.kind() != Principal.Kind.USER || !self.name().equals(user)) {
            throw notAllowed();
        }
        return registry.find(name)
                .filter(cluster -> bindings.takesUsers(cluster.id()))
                .orElseThrow(CredentialsService::notAllowed);
    }

    private Map<String, Object> bind(Cluster cluster, Principal user, boolean administrator) {
        var own = bindings.find(cluster.id(), user, administrator ? State.SHARED : State.GUEST);
        if (own.isPresent()) {
            try {
                return ask(cluster, own.get(), user, administrator);
            } catch (Fault fault) {
                if (fault.code() != OsbFault.INSTANCE_CONFLICT) {
                    throw unanswered(fault);
                }
                // The cluster takes users in another way than it did.
                bindings.become(own.get(), State.ISSUED);
            }
        }
        return bindAnew(cluster, user, administrator);
    }

    private Map<String, Object> bindAnew(Cluster cluster, Principal user, boolean administrator) {
        var id = UUID.randomUUID();
        // Where users come by their own names, asking again and again makes one binding, also when the broker is away.
        bindings.insert(
                id,
                cluster.id(),
                user,
                !administrator && bindings.takesUsers(cluster.id()) ? State.GUEST : State.REQUESTED);
        try {
            return ask(cluster, id, user, administrator);
        } catch (Fault fault) {
            // Unless the broker says that nothing was done, the identity may exist; its row stays, so that it is known
            // and goes with the cluster.
            if (fault.code() instanceof OsbFault code && notDone(code)) {
                bindings.remove(id);
            }
            throw unanswered(fault);
        }
    }

    private Map<String, Object> ask(Cluster cluster, UUID id, Principal user, boolean administrator) {
        Audit.note("binding", id);
        Audit.note("administrator", administrator);
        var kubeconfig = Kubeconfig.named(broker.bind(cluster, id, user, administrator), cluster);
        if (Kubeconfig.isForProvidersUser(kubeconfig)) {
            bindings.become(id, administrator ? State.SHARED : State.GUEST);
        } else {
            bindings.become(id, State.ISSUED);
            if (user.kind() == Principal.Kind.USER) {
                bindings.takesNoUsers(cluster.id());
            }
        }
        return kubeconfig;
    }

    private static boolean notDone(OsbFault code) {
        return switch (code) {
            case BROKER_UNREACHABLE, BROKER_UNAVAILABLE, BROKER_FAILED -> false;
            case BROKER_UNAUTHORISED,
                    VERSION_REFUSED,
                    REQUEST_INVALID,
                    INSTANCE_UNKNOWN,
                    INSTANCE_CONFLICT,
                    INSTANCE_GONE,
                    ASYNC_REQUIRED,
                    CONCURRENCY,
                    MAINTENANCE_INFO_CONFLICT,
                    QUOTA_EXCEEDED,
                    REFUSED -> true;
        };
    }

    private static Fault unanswered(Fault fault) {
        if (!(fault.code() instanceof OsbFault code)) {
            return fault;
        }
        return switch (code) {
            case CONCURRENCY -> new Fault(ClusterFault.CLUSTER_BUSY, fault.userMessage(), fault.detail(), fault);
            case BROKER_UNREACHABLE, BROKER_UNAVAILABLE ->
                new Fault(ClusterFault.BROKER_UNREACHABLE, fault.userMessage(), fault.detail(), fault);
            case REFUSED -> new Fault(ClusterFault.CLUSTER_UNFIT, fault.userMessage(), fault.detail(), fault);
            default -> new Fault(ClusterFault.BROKER_REFUSED, fault.userMessage(), fault.detail(), fault);
        };
    }

    private static Fault notAllowed() {
        return new Fault(ClusterFault.NOT_ALLOWED, Caller.REFUSAL);
    }

    private static Cluster usable(Cluster cluster) {
        if (!cluster.phase().usable()) {
            throw new Fault(
                    ClusterFault.CLUSTER_UNFIT,
                    "Cluster %s has no credentials: its last action is %s, %s. %s"
                            .formatted(
                                    cluster.name(),
                                    cluster.phase().action(),
                                    cluster.phase().state(),
                                    next(cluster)),
                    "phase=" + cluster.phase());
        }
        return cluster;
    }

    private static String next(Cluster cluster) {
        var sentence =
                switch (cluster.phase()) {
                    case CREATING -> "Please wait; 'pks cluster %s' shows where it stands.";
                    case DELETING -> "It is about to be gone; 'pks cluster %s' shows where it stands.";
                    case CREATE_FAILED ->
                        "Please delete the cluster with 'pks delete-cluster %s', then create it again.";
                    case DELETE_FAILED -> "Please repeat 'pks delete-cluster %s'.";
                    case CREATED,
                            UPDATING,
                            UPDATED,
                            UPDATE_FAILED,
                            UPGRADE_QUEUED,
                            UPGRADING,
                            UPGRADED,
                            UPGRADE_FAILED,
                            GONE -> "'pks cluster %s' shows where it stands.";
                };
        return sentence.formatted(cluster.name());
    }
}
