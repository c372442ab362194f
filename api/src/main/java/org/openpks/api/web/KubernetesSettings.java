package org.openpks.api.web;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.openpks.api.settings.Drain;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Drain settings on the wire, all of them texts: the API's KubernetesSettings.
@JsonNaming(SnakeCaseStrategy.class)
record KubernetesSettings(
        @Nullable String kubeletDrainTimeout,
        @Nullable String kubeletDrainGracePeriod,
        @Nullable String kubeletDrainForce,
        @Nullable String kubeletDrainIgnoreDaemonsets,
        @Nullable String kubeletDrainDeleteLocalData,
        @Nullable String kubeletDrainForceNode) {

    /// Those that are set.
    /// @param prefix what stands before their names in the body, with its dot
    SortedMap<Drain, String> read(String prefix) {
        var given = new EnumMap<Drain, @Nullable String>(Drain.class);
        given.put(Drain.TIMEOUT, kubeletDrainTimeout);
        given.put(Drain.GRACE_PERIOD, kubeletDrainGracePeriod);
        given.put(Drain.FORCE, kubeletDrainForce);
        given.put(Drain.IGNORE_DAEMONSETS, kubeletDrainIgnoreDaemonsets);
        given.put(Drain.DELETE_LOCAL_DATA, kubeletDrainDeleteLocalData);
        given.put(Drain.FORCE_NODE, kubeletDrainForceNode);
        return Drain.read(prefix, given);
    }

    /// Settings as an answer shows them: only those that are there.
    static Map<String, String> show(SortedMap<Drain, String> settings) {
        var shown = new LinkedHashMap<String, String>();
        settings.forEach((setting, value) -> shown.put(setting.field(), value));
        return shown;
    }
}
