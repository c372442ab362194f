package org.openpks.cli.api;

import java.util.Locale;

/// How the kubelet's workloads are moved before a worker node is changed or removed. The API takes and gives all of
/// them as texts.
public enum DrainSetting {
    TIMEOUT("timeout (mins)", "Timeout"),
    GRACE_PERIOD("grace-period (seconds)", "Grace Period"),
    FORCE("force", "Force"),
    FORCE_NODE("force-node", "Force Node"),
    IGNORE_DAEMONSETS("ignore-daemonsets", "Ignore Daemonsets"),
    DELETE_LOCAL_DATA("delete-local-data", "Delete Local Data");

    private final String detail;
    private final String summary;

    DrainSetting(String detail, String summary) {
        this.detail = detail;
        this.summary = summary;
    }

    /// Its name in JSON.
    public String field() {
        return "kubelet_drain_" + name().toLowerCase(Locale.ROOT);
    }

    /// Its flag, without the dashes in front.
    public String flag() {
        return field().replace('_', '-');
    }

    /// As the details of a cluster call it.
    public String inDetails() {
        return "Kubelet Node Drain " + detail;
    }

    /// As the summary of an update calls it.
    public String inSummary() {
        return "Kubelet Drain " + summary;
    }
}
