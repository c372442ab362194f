package org.openpks.server;

import java.util.List;
import java.util.Map;

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
}
