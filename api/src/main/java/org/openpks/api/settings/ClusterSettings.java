package org.openpks.api.settings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openpks.osb.OsbJson;

/// What a cluster has of its own.
///
/// @param drain what it overrides of its plan
/// @param customCaCerts by domain
/// @param nodePoolInstances how many nodes were asked for by pool of its compute profile
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ClusterSettings(
        SortedMap<Drain, String> drain,
        List<ClusterTag> tags,
        List<CustomCaCert> customCaCerts,
        List<String> insecureRegistries,
        SortedMap<String, Integer> nodePoolInstances) {

    /// Those of a cluster that has nothing of its own.
    public static final ClusterSettings NONE = new ClusterSettings(null, null, null, null, null);

    public ClusterSettings(
            @Nullable SortedMap<Drain, String> drain,
            @Nullable List<ClusterTag> tags,
            @Nullable List<CustomCaCert> customCaCerts,
            @Nullable List<String> insecureRegistries,
            @Nullable SortedMap<String, Integer> nodePoolInstances) {
        this.drain = Collections.unmodifiableSortedMap(drain == null ? new TreeMap<>() : new TreeMap<>(drain));
        this.tags = tags == null ? List.of() : List.copyOf(tags);
        this.customCaCerts = customCaCerts == null ? List.of() : List.copyOf(customCaCerts);
        this.insecureRegistries = insecureRegistries == null ? List.of() : List.copyOf(insecureRegistries);
        this.nodePoolInstances = Collections.unmodifiableSortedMap(
                nodePoolInstances == null ? new TreeMap<>() : new TreeMap<>(nodePoolInstances));
    }

    /// These with a change of everything but the sizes of pools, which depend on the compute profile.
    /// @param plan the drain settings of the cluster's plan, all of them
    /// @throws org.openpks.kernel.Fault when the result contradicts itself
    public ClusterSettings with(SettingsChange change, Map<Drain, String> plan) {
        var drained = new TreeMap<>(drain);
        drained.putAll(change.drain());
        if (!change.drain().isEmpty()) {
            var effective = new TreeMap<>(plan);
            effective.putAll(drained);
            Drain.checkTogether(effective);
        }
        return new ClusterSettings(
                drained,
                change.tags().orElse(tags),
                merged(change.customCaCerts()),
                change.insecureRegistries().orElse(insecureRegistries),
                nodePoolInstances);
    }

    /// These with other sizes of pools.
    public ClusterSettings withPools(SortedMap<String, Integer> pools) {
        return new ClusterSettings(drain, tags, customCaCerts, insecureRegistries, pools);
    }

    /// A domain that is named again gets its new authority and keeps its place.
    private List<CustomCaCert> merged(List<CustomCaCert> newer) {
        var byDomain = new LinkedHashMap<String, CustomCaCert>();
        customCaCerts.forEach(cert -> byDomain.put(cert.domainName(), cert));
        newer.forEach(cert -> byDomain.put(cert.domainName(), cert));
        return List.copyOf(byDomain.values());
    }

    /// What the broker is told of a change to these, but for the sizes of pools: each parameter that changed, with
    /// its whole new value.
    public SortedMap<String, Object> parameters(SettingsChange change) {
        var parameters = new TreeMap<String, Object>();
        change.drain().forEach((setting, value) -> parameters.put(setting.field(), value));
        if (change.tags().isPresent()) {
            parameters.put("cluster_tags", tags);
        }
        if (!change.customCaCerts().isEmpty()) {
            parameters.put("custom_ca_certs", customCaCerts);
        }
        if (change.insecureRegistries().isPresent()) {
            parameters.put("insecure_registries", insecureRegistries);
        }
        return parameters;
    }

    /// As the database keeps them.
    public String json() {
        return OsbJson.MAPPER.writeValueAsString(this);
    }

    public static ClusterSettings ofJson(String text) {
        return text.equals("{}") ? NONE : OsbJson.MAPPER.readValue(text, ClusterSettings.class);
    }
}
