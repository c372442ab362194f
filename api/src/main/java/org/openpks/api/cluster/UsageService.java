package org.openpks.api.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.openpks.api.access.Audit;
import org.openpks.api.access.Caller;
import org.openpks.api.access.Principal;
import org.openpks.api.quota.Amount;
import org.openpks.api.quota.Quota;
import org.openpks.api.quota.QuotaFault;
import org.openpks.api.quota.Quotas;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Service;

/// What owners have, and whether they may have more. A cluster counts from the request that makes it until it is gone,
/// also when its creation failed: its machines may be there. While it is changed it counts as the larger of what it was
/// and what it shall be.
@Service
public class UsageService {

    private final Clusters clusters;
    private final Quotas quotas;
    private final Sizes sizes;

    UsageService(Clusters clusters, Quotas quotas, Sizes sizes) {
        this.clusters = clusters;
        this.quotas = quotas;
        this.sizes = sizes;
    }

    /// What an owner has.
    /// @param owner the name of a user, or the id of a client; an administrator sees both together where they have
    /// the     same name, and they themselves see what is theirs
    /// @param clusters by name
    public record Usage(String owner, List<OfCluster> clusters) {
        public Amount total() {
            return clusters.stream().map(OfCluster::amount).reduce(Amount.NOTHING, Amount::plus);
        }
    }

    public record OfCluster(ClusterName name, Amount amount) {}

    /// Of every owner of clusters that the caller may see, by the owner's name.
    public List<Usage> list(Caller caller) {
        var owners = new TreeMap<String, List<OfCluster>>();
        var seen = caller.seesAll() ? clusters.allocated() : clusters.allocated(caller.principal());
        seen.forEach(cluster -> owners.computeIfAbsent(cluster.owner(), any -> new ArrayList<>())
                .add(ofCluster(cluster)));
        return owners.entrySet().stream()
                .map(entry -> new Usage(entry.getKey(), entry.getValue()))
                .toList();
    }

    /// Of one owner. Somebody who has no cluster is known when it is the caller or has a quota.
    /// @throws Fault with [QuotaFault#QUOTA_UNKNOWN]
    public Usage show(Caller caller, String owner) {
        boolean own = owner.equals(caller.principal().name());
        var usage =
                list(caller).stream().filter(one -> one.owner().equals(owner)).findFirst();
        if (usage.isPresent()) {
            return usage.get();
        }
        if (own || (caller.seesAll() && quotas.find(owner).isPresent())) {
            return new Usage(owner, List.of());
        }
        if (!caller.seesAll()) {
            Audit.foreign(new Principal(Principal.Kind.USER, owner));
        }
        throw new Fault(
                QuotaFault.QUOTA_UNKNOWN, "The usage owner named: \"%s\" not found.".formatted(Quota.shown(owner)));
    }

    /// The quota that limits a request, locked until the transaction ends; empty when nothing does.
    /// Administrators are not limited; a user and a client of the same name are two owners, and each may have what
    /// the quota of that name allows. To be called before any cluster is locked.
    Optional<Quota> limiting(Caller caller, Principal owner) {
        return caller.administers() ? Optional.empty() : quotas.lock(owner.name());
    }

    /// @param more what a request adds to what the owner has
    /// @throws Fault with [QuotaFault#QUOTA_EXCEEDED]
    void check(Quota quota, Principal owner, Amount more) {
        if (!more.equals(Amount.NOTHING)) {
            var current = clusters.allocated(owner).stream().map(this::amount).reduce(Amount.NOTHING, Amount::plus);
            quota.limit().check(quota.owner(), current, more);
        }
    }

    private OfCluster ofCluster(Clusters.Allocated cluster) {
        return new OfCluster(cluster.name(), amount(cluster));
    }

    private Amount amount(Clusters.Allocated cluster) {
        return sizes.of(cluster.planId(), cluster.now()).orMore(sizes.of(cluster.planId(), cluster.before()));
    }
}
