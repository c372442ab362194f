package org.openpks.adapter;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How the nodes of a plan's clusters are emptied unless a cluster says otherwise.
public final class NodeDrain {

    private NodeDrain() {}

    /// The six `kubelet_drain_*` settings, as texts.
    public static SortedMap<String, String> of(Plan plan) {
        var configured = plan.properties().get("node_drain") instanceof Map<?, ?> map ? map : Map.of();
        var settings = new TreeMap<String, String>();
        for (var setting : Parameters.Drain.values()) {
            var value = configured.get(setting.property);
            settings.put(setting.parameter, String.valueOf(value == null ? setting.jobDefault : setting.check(value)));
        }
        return settings;
    }
}
