package org.openpks.broker.instance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;

/// The operator's limits: instances and resources, for a plan and for all plans together.
final class Quota {

    private final Offer offer;
    private final InstanceRecords records;

    Quota(Offer offer, InstanceRecords records) {
        this.offer = offer;
        this.records = records;
    }

    /// Refuses when one more instance of the plan goes over a limit; all limits that would be passed are named.
    /// @param instanceId the instance that asks; it does not count itself
    void check(String instanceId, OfferedPlan plan) {
        var global = offer.service().quotas();
        if (unlimited(global) && unlimited(plan.quotas())) {
            return;
        }
        var counts = new HashMap<String, Integer>();
        for (var record : records.all()) {
            if (!record.instanceId().equals(instanceId)) {
                counts.merge(record.operation().planId(), 1, Integer::sum);
            }
        }
        int ofPlan = counts.getOrDefault(plan.id(), 0);
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        var messages = new ArrayList<String>();
        instances("plan", plan.quotas(), ofPlan).ifPresent(messages::add);
        instances("global", global, all).ifPresent(messages::add);
        resources("global", global, plan, counts).ifPresent(messages::add);
        resources("plan", plan.quotas(), plan, Map.of(plan.id(), ofPlan)).ifPresent(messages::add);
        if (!messages.isEmpty()) {
            throw new Fault(BrokerFault.QUOTA_EXCEEDED, String.join(", ", messages));
        }
    }

    private static boolean unlimited(OdbConfig.Quotas quotas) {
        return quotas.instances().isEmpty()
                && quotas.resources().values().stream()
                        .allMatch(resource -> resource.limit().isEmpty());
    }

    private Optional<String> instances(String scope, OdbConfig.Quotas quotas, int count) {
        return quotas.instances()
                .filter(limit -> count >= limit)
                .map(limit -> "%s instance limit exceeded for service ID: %s. Total instances: %d"
                        .formatted(scope, offer.service().id(), count));
    }

    private Optional<String> resources(
            String scope, OdbConfig.Quotas quotas, OfferedPlan plan, Map<String, Integer> counts) {
        List<String> exceeded = new ArrayList<>();
        quotas.resources().forEach((kind, resource) -> resource.limit().ifPresent(limit -> {
            int used = used(offer, kind, counts);
            int required = cost(plan, kind);
            if (used + required > limit) {
                exceeded.add("%s: (limit %d, used %d, requires %d)".formatted(kind, limit, used, required));
            }
        }));
        return exceeded.isEmpty()
                ? Optional.empty()
                : Optional.of("%s quotas [%s] would be exceeded by this deployment"
                        .formatted(scope, exceeded.stream().collect(Collectors.joining(", "))));
    }

    /// How much of a resource so many instances of each plan cost.
    /// @param counts instances by the plan's id
    static int used(Offer offer, String kind, Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .mapToInt(entry -> entry.getValue()
                        * offer.plan(entry.getKey())
                                .map(plan -> cost(plan, kind))
                                .orElse(0))
                .sum();
    }

    private static int cost(OfferedPlan plan, String kind) {
        var resource = plan.quotas().resources().get(kind);
        return resource == null ? 0 : resource.cost();
    }
}
