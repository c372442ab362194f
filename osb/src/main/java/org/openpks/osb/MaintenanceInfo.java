package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The version of what stands behind a plan; a platform upgrades an instance by asking for the catalog's one.
/// @param version a semantic version; two are the same when their texts are
/// @param published what the On-Demand Broker calls `public`: values for people. Our broker names
///     [#KUBERNETES_VERSION] there
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MaintenanceInfo(
        String version,
        @Nullable String description,
        @JsonProperty("public") @Nullable Map<String, Object> published) {

    /// The key of the Kubernetes version, such as `1.37.2`, in [#published].
    public static final String KUBERNETES_VERSION = "kubernetes_version";

    /// As a request carries it.
    public static MaintenanceInfo version(String version) {
        return new MaintenanceInfo(version, null, null);
    }

    /// Empty when the broker does not tell it.
    public Optional<String> kubernetesVersion() {
        return published != null && published.get(KUBERNETES_VERSION) instanceof String text
                ? Optional.of(text)
                : Optional.empty();
    }
}
