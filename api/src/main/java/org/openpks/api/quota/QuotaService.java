package org.openpks.api.quota;

import java.util.List;
import org.openpks.api.access.Audit;
import org.openpks.api.access.Caller;
import org.openpks.api.access.Principal;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Service;

/// What callers may ask about quotas. Administrators set them; owners may see their own, and those who may see every
/// cluster may see all.
///
/// A quota that is set below what its owner has takes nothing away: it keeps the owner from growing.
@Service
public class QuotaService {

    private final Quotas quotas;

    QuotaService(Quotas quotas) {
        this.quotas = quotas;
    }

    /// Those that the caller may see, by the owner's name.
    public List<Quota> list(Caller caller) {
        return caller.seesAll()
                ? quotas.all()
                : quotas.find(caller.principal().name()).stream().toList();
    }

    /// @throws Fault with [QuotaFault#QUOTA_UNKNOWN]
    public Quota show(Caller caller, String owner) {
        if (!caller.seesAll() && !owner.equals(caller.principal().name())) {
            Audit.foreign(new Principal(Principal.Kind.USER, owner));
            throw unknown(owner);
        }
        return quotas.find(owner).orElseThrow(() -> unknown(owner));
    }

    public Quota create(Caller caller, Quota quota) {
        Audit.note("quota", quota.owner());
        allow(caller);
        if (quota.limit().isEmpty()) {
            throw new Fault(
                    QuotaFault.QUOTA_INVALID,
                    "The field 'limit' must have at least one of cpu, memory and cluster.",
                    "field=limit");
        }
        quotas.insert(quota);
        return quota;
    }

    /// Changes what the limit sets and leaves the rest.
    public Quota update(Caller caller, String owner, Limit limit) {
        allow(caller);
        quotas.update(owner, limit);
        var quota = quotas.find(owner).orElseThrow(() -> unknown(owner));
        return quota;
    }

    public void delete(Caller caller, String owner) {
        allow(caller);
        if (!quotas.remove(owner)) {
            throw unknown(owner);
        }
    }

    private static void allow(Caller caller) {
        if (!caller.administers()) {
            throw new Fault(QuotaFault.NOT_ALLOWED, Caller.REFUSAL);
        }
    }

    private static Fault unknown(String owner) {
        return new Fault(
                QuotaFault.QUOTA_UNKNOWN, "The quota owner named: \"%s\" not found.".formatted(Quota.shown(owner)));
    }
}
