package org.openpks.api.cluster;

import java.util.Locale;

/// Which certificates of a cluster are made anew.
public enum RotationScope {
    /// All but the authorities.
    LEAF,
    /// The authorities too; kubeconfigs have to be fetched again then.
    ALL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
