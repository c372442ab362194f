package org.openpks.api.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.openpks.api.access.Caller;
import org.openpks.api.plan.Plan;
import org.openpks.api.profile.ComputeProfile;
import org.openpks.api.profile.KubernetesProfile;
import org.openpks.api.profile.KubernetesProfileService;
import org.openpks.api.profile.ProfileReference;
import org.openpks.api.profile.SharedProfileService;
import org.openpks.api.settings.ClusterSettings;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Component;

/// Makes of what people ask what operations do, and refuses what makes no sense, all of it before anything changes. To
/// be used in the transaction that accepts the operation, because the profiles must not go before it ends.
@Component
class Wishes {

    private static final String WORKERS = "kubernetes_worker_instances";
    private static final String POOLS = "node_pool_instances";

    private final KubernetesProfileService kubernetesProfiles;
    private final SharedProfileService sharedProfiles;

    Wishes(KubernetesProfileService kubernetesProfiles, SharedProfileService sharedProfiles) {
        this.kubernetesProfiles = kubernetesProfiles;
        this.sharedProfiles = sharedProfiles;
    }

    /// A new cluster.
    /// @param version its Kubernetes version
    Wish create(Caller caller, ClusterOrder order, Plan plan, String version) {
        var change = order.change();
        change.networkProfile().ifPresent(sharedProfiles::refuseNetwork);
        var profile = change.kubernetesProfile()
                .filter(name -> !name.isEmpty())
                .map(name -> kubernetesProfiles.chosen(caller, name, version));
        var compute = change.computeProfile().map(sharedProfiles::chosenCompute);
        var settings = ClusterSettings.NONE.with(change.settings(), plan.drain());
        var parameters = settings.parameters(change.settings());
        parameters.put("kubernetes_master_host", order.host().value());
        parameters.put("kubernetes_master_port", order.port());
        compute.ifPresent(one -> parameters.put("compute_profile", one.parameter()));
        int workers = workers(change.workers(), plan.workers(), compute, settings, plan, parameters);
        if (pools(compute, settings, plan).isEmpty()) {
            parameters.put(WORKERS, workers);
        }
        var profiles = new ClusterProfiles(profile.map(Wishes::reference), compute, encrypting(profile));
        return new Wish(workers, settings, profiles, parameters, profile.map(KubernetesProfile::id));
    }

    /// A cluster with a change.
    Wish update(Caller caller, Cluster cluster, ClusterChange change, Plan plan) {
        change.networkProfile().ifPresent(sharedProfiles::refuseNetwork);
        var had = cluster.profiles();
        var profile = change.kubernetesProfile()
                .filter(name -> !name.isEmpty())
                .map(name -> kubernetesProfiles.chosen(caller, name, cluster.k8sVersion()));
        boolean off = change.kubernetesProfile().filter(String::isEmpty).isPresent()
                && had.kubernetes().isPresent();
        if (profile.isPresent() || off) {
            had.encryption().ifPresent(keys -> kubernetesProfiles.checkEncryption(profile, keys));
        }
        var chosen = change.computeProfile().map(sharedProfiles::chosenCompute);
        chosen.ifPresent(one -> one.checkFollows(had.compute(), plan.masters()));
        var compute = chosen.or(had::compute);
        var settings = cluster.settings().with(change.settings(), plan.drain());
        if (chosen.isPresent()) {
            settings = settings.withPools(kept(settings, change, chosen.get()));
        }
        var parameters = settings.parameters(change.settings());
        chosen.ifPresent(one -> parameters.put("compute_profile", one.parameter()));
        if (!settings.nodePoolInstances().equals(cluster.settings().nodePoolInstances())) {
            parameters.put(POOLS, settings.nodePoolInstances());
        }
        if (off) {
            parameters.put("kubernetes_profile", Map.of());
        }
        int workers = workers(change.workers(), cluster.workers(), compute, settings, plan, parameters);
        if (parameters.isEmpty() && profile.isEmpty()) {
            throw ClusterService.nothingChanges();
        }
        var profiles = new ClusterProfiles(
                off ? Optional.empty() : profile.map(Wishes::reference).or(had::kubernetes),
                compute,
                encrypting(profile).or(had::encryption));
        return new Wish(workers, settings, profiles, parameters, profile.map(KubernetesProfile::id));
    }

    /// How many workers a cluster shall have in all. A number that was asked for is put among the parameters.
    /// @param usual when none is asked for
    private static int workers(
            OptionalInt asked,
            int usual,
            Optional<ComputeProfile> compute,
            ClusterSettings settings,
            Plan plan,
            SortedMap<String, Object> parameters) {
        var pools = pools(compute, settings, plan);
        if (pools.isEmpty()) {
            int workers = Workers.checked(asked.orElse(usual), plan);
            asked.ifPresent(number -> parameters.put(WORKERS, number));
            return workers;
        }
        if (asked.isPresent()) {
            throw new Fault(
                    ClusterFault.REQUEST_INVALID,
                    "The workers of this cluster are in the node pools %s of its compute profile; please give node_pool_instances instead of kubernetes_worker_instances."
                            .formatted(String.join(", ", pools.keySet())),
                    "field=" + WORKERS);
        }
        return pools.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static SortedMap<String, Integer> pools(
            Optional<ComputeProfile> compute, ClusterSettings settings, Plan plan) {
        if (compute.isPresent()) {
            return compute.get().sizes(settings.nodePoolInstances(), plan.workers(), plan.maximumWorkers());
        }
        if (!settings.nodePoolInstances().isEmpty()) {
            throw new Fault(
                    ClusterFault.REQUEST_INVALID,
                    "The field '%s' needs a compute profile with node pools; please give compute_profile_name as well."
                            .formatted(POOLS),
                    "field=" + POOLS);
        }
        return new TreeMap<>();
    }

    /// The sizes of pools that a new compute profile has as well, and those that are asked for with it.
    private static SortedMap<String, Integer> kept(
            ClusterSettings settings, ClusterChange change, ComputeProfile profile) {
        var kept = new TreeMap<>(settings.nodePoolInstances());
        kept.keySet()
                .removeIf(pool -> !change.settings().nodePoolInstances().containsKey(pool)
                        && profile.pools().stream().noneMatch(one -> one.name().equals(pool)));
        return kept;
    }

    private static Optional<UUID> encrypting(Optional<KubernetesProfile> profile) {
        return profile.filter(KubernetesProfile::encrypts).map(KubernetesProfile::id);
    }

    private static ProfileReference reference(KubernetesProfile profile) {
        return new ProfileReference(profile.id(), profile.name());
    }
}
