package org.openpks.kernel;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/// A released version of Kubernetes, and which clusters may be upgraded to it.
public record KubernetesVersion(int major, int minor, int patch) implements Comparable<KubernetesVersion> {

    private static final Pattern FORM = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?:[+-].*)?");
    private static final Comparator<KubernetesVersion> ORDER = Comparator.comparingInt(KubernetesVersion::major)
            .thenComparingInt(KubernetesVersion::minor)
            .thenComparingInt(KubernetesVersion::patch);

    /// Reads `1.37.2`, also with a `v` before it or the suffix of a build behind it, such as `1.37.2+3a1acd52`. Empty
    /// for any other text.
    public static Optional<KubernetesVersion> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new KubernetesVersion(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /// Why a cluster of this version cannot be brought to another one, as a sentence that names the way; empty when
    /// it can. The rule is that of Kubernetes: one minor version at a time, because components support
    /// neighbours that are one apart, and never back, because newer ones store objects in forms that older ones
    /// cannot read.
    public Optional<String> refusalOf(KubernetesVersion next) {
        if (next.compareTo(this) < 0) {
            return Optional.of(
                    "The cluster runs Kubernetes %s and cannot go back to %s: Kubernetes is never downgraded. Its next version must be %s or newer."
                            .formatted(this, next, this));
        }
        if (next.major == major && next.minor - minor > 1) {
            return Optional.of(
                    "The cluster runs Kubernetes %s and cannot go to %s at once: Kubernetes is upgraded one minor version at a time. Upgrade the cluster to %d.%d first."
                            .formatted(this, next, major, minor + 1));
        }
        return Optional.empty();
    }

    @Override
    public int compareTo(KubernetesVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
