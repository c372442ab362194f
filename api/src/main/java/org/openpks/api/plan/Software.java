package org.openpks.api.plan;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.KubernetesVersion;
import org.openpks.osb.MaintenanceInfo;

/// What a cluster's nodes run, or would run after an upgrade.
///
/// @param version the broker's maintenance version: another one is other software
/// @param kubernetes the Kubernetes version in it, such as `1.37.2`
public record Software(String version, String kubernetes) {

    /// Empty when the broker does not tell both.
    public static Optional<Software> of(@Nullable MaintenanceInfo info) {
        return Optional.ofNullable(info).flatMap(known -> known.kubernetesVersion()
                .map(kubernetes -> new Software(known.version(), kubernetes)));
    }

    /// Why a cluster cannot be upgraded from this to the next, as a sentence; empty when it can.
    public Optional<String> refusalOf(Software next) {
        return KubernetesVersion.parse(kubernetes)
                .flatMap(now -> KubernetesVersion.parse(next.kubernetes()).flatMap(now::refusalOf));
    }
}
