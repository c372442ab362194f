package org.openpks.api.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Caller;
import org.openpks.api.plan.Plan;
import org.openpks.api.profile.KubernetesProfile;
import org.openpks.api.profile.KubernetesProfileService;
import org.openpks.api.profile.ProfileReference;
import org.openpks.api.profile.SharedProfileService;
import org.openpks.api.settings.ClusterSettings;
import org.springframework.stereotype.Component;

/// Makes of what people ask what operations do, and refuses what makes no sense, all of it before anything changes. To
/// be used in the transaction that accepts the operation, because the profiles must not go before it ends.
@Component
class Wishes {

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
        var staff = Staff.ofNew(change, compute, plan);
        parameters.putAll(staff.parameters());
        settings = settings.withPools(staff.pools());
        var profiles = new ClusterProfiles(profile.map(Wishes::reference), compute, encrypting(profile));
        return new Wish(staff.workers(), settings, profiles, parameters, profile.map(KubernetesProfile::id));
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
        var staff = Staff.changed(cluster, change, chosen, plan);
        settings = settings.withPools(staff.pools());
        var parameters = settings.parameters(change.settings());
        chosen.ifPresent(one -> parameters.put("compute_profile", one.parameter()));
        parameters.putAll(staff.parameters());
        if (off) {
            parameters.put("kubernetes_profile", Map.of());
        }
        if (parameters.isEmpty() && profile.isEmpty()) {
            throw ClusterService.nothingChanges();
        }
        var profiles = new ClusterProfiles(
                off ? Optional.empty() : profile.map(Wishes::reference).or(had::kubernetes),
                compute,
                encrypting(profile).or(had::encryption));
        return new Wish(staff.workers(), settings, profiles, parameters, profile.map(KubernetesProfile::id));
    }

    private static Optional<UUID> encrypting(Optional<KubernetesProfile> profile) {
        return profile.filter(KubernetesProfile::encrypts).map(KubernetesProfile::id);
    }

    private static ProfileReference reference(KubernetesProfile profile) {
        return new ProfileReference(profile.id(), profile.name());
    }
}
