package org.openpks.broker.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.kernel.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many instances there are and how much of the operator's limits is left, in the form of the On-Demand Broker.
public final class Metrics {

    private static final Logger log = LoggerFactory.getLogger(Metrics.class);

    private final Instances instances;
    private final Offer offer;

    public Metrics(Instances instances, Offer offer) {
        this.instances = instances;
        this.offer = offer;
    }

    /// @param key a path from `/on-demand-broker/` on, with the service's and the plan's name
    public record Metric(String key, long value, String unit) {}

    /// For each plan and for all together: instances, and for what is limited, how much is used and left. For each
    /// instance: the days until the first of its certificates ends, as CredHub tells them at this moment.
    public List<Metric> read() {
        var service = offer.service();
        var counts = instances.list().stream()
                .collect(Collectors.groupingBy(Instances.Known::planId, Collectors.summingInt(any -> 1)));
        var metrics = new ArrayList<Metric>();
        for (var plan : service.plans()) {
            int count = counts.getOrDefault(plan.id(), 0);
            var prefix = "/on-demand-broker/%s/%s".formatted(service.name(), plan.name());
            add(metrics, prefix, count, plan.quotas(), Map.of(plan.id(), count));
        }
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        add(metrics, "/on-demand-broker/" + service.name(), all, service.quotas(), counts);
        addCertificates(metrics, "/on-demand-broker/" + service.name());
        return metrics;
    }

    /// A CredHub that does not answer takes these figures away and no others.
    private void addCertificates(List<Metric> metrics, String prefix) {
        try {
            new TreeMap<>(instances.certificateDaysLeft())
                    .forEach((instance, days) -> metrics.add(new Metric(
                            "%s/instances/%s/certificate_days_left".formatted(prefix, instance), days, "days")));
        } catch (Fault e) {
            log.atWarn().addKeyValue("detail", e.detail()).log("The days that certificates last are not known");
        }
    }

    private void add(
            List<Metric> metrics, String prefix, int count, OdbConfig.Quotas quotas, Map<String, Integer> counts) {
        metrics.add(new Metric(prefix + "/total_instances", count, "count"));
        quotas.instances()
                .ifPresent(limit -> metrics.add(new Metric(prefix + "/quota_remaining", limit - count, "count")));
        quotas.resources().forEach((kind, resource) -> {
            int used = Quota.used(offer, kind, counts);
            resource.limit().ifPresent(limit -> {
                metrics.add(new Metric("%s/%s/used".formatted(prefix, kind), used, "count"));
                metrics.add(new Metric("%s/%s/remaining".formatted(prefix, kind), limit - used, "count"));
            });
        });
    }
}
