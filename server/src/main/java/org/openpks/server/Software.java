package org.openpks.server;

import java.util.List;
import java.util.Map;
import org.openpks.kernel.KubernetesVersion;
import org.openpks.osb.MaintenanceInfo;

/// What clusters are made of: one release, one stemcell.
record Software(
        String release, String version, String kubernetesVersion, String stemcellSystem, String stemcellVersion) {

    /// What was built for the director that runs here.
    static Software built(Artifacts artifacts, String kubernetesVersion) {
        var release = artifacts.offered(kubernetesVersion);
        var stemcell = artifacts.stemcell();
        return new Software(
                release.name(),
                release.version(),
                release.kubernetesVersion(),
                stemcell.operatingSystem(),
                stemcell.version());
    }

    /// In the form of the On-Demand Broker's configuration.
    Map<String, Object> serviceDeployment() {
        return Map.of(
                "releases",
                List.of(Map.of("name", release, "version", version)),
                "stemcells",
                List.of(Map.of("os", stemcellSystem, "version", stemcellVersion)));
    }

    /// What a cluster is upgraded to, in the same form. Its version is the release's with the stemcell's
    /// behind: another one of either is an upgrade. Empty for a release that is not numbered after its
    /// Kubernetes, because nobody could tell then which clusters may be upgraded to it.
    Map<String, Object> maintenanceInfo() {
        if (KubernetesVersion.parse(version).isEmpty()) {
            return Map.of();
        }
        var build = version.contains("+") ? version + "." : version + "+";
        return Map.of(
                "version", build + "stemcell-" + stemcellVersion.replaceAll("[^0-9A-Za-z.-]", "-"),
                "description", "Kubernetes " + kubernetesVersion,
                "public", Map.of(MaintenanceInfo.KUBERNETES_VERSION, kubernetesVersion));
    }
}
