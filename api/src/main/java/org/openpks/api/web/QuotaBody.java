package org.openpks.api.web;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.api.quota.Limit;
import org.openpks.api.quota.Quota;
import org.openpks.api.quota.QuotaFault;
import org.openpks.kernel.Fault;

/// A quota on the wire, in both directions. Unset limits are null.
record QuotaBody(@Nullable String owner, @Nullable LimitBody limit) {

    /// @param cpu cores
    /// @param memory GB
    /// @param cluster how many clusters
    record LimitBody(
            @Nullable Integer cpu,
            @Nullable BigDecimal memory,
            @Nullable Integer cluster) {}

    static QuotaBody of(Quota quota) {
        var limit = quota.limit();
        return new QuotaBody(
                quota.owner(),
                new LimitBody(
                        limit.cpu().orElse(null),
                        limit.memory().orElse(null),
                        limit.clusters().orElse(null)));
    }

    Quota quota() {
        return new Quota(Fields.required("owner", owner), read());
    }

    /// What a change of somebody's quota sets.
    /// @throws Fault when the body is about somebody else, or sets nothing
    Limit changeOf(String person) {
        if (owner != null && !owner.equals(person)) {
            throw new Fault(
                    QuotaFault.QUOTA_INVALID,
                    "The field 'owner' must be the owner in the address, or left out: a quota does not change hands.",
                    "field=owner");
        }
        var change = read();
        if (change.isEmpty()) {
            throw new Fault(
                    QuotaFault.QUOTA_INVALID,
                    "The request changes nothing; please give limit.cpu, limit.memory or limit.cluster.",
                    "field=limit");
        }
        return change;
    }

    private Limit read() {
        var given = Fields.required("limit", limit);
        return new Limit(
                Optional.ofNullable(given.cpu()),
                Optional.ofNullable(given.memory()),
                Optional.ofNullable(given.cluster()));
    }
}
