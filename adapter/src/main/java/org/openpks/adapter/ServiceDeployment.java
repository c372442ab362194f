package org.openpks.adapter;

import java.util.List;
import java.util.Optional;

/// What a cluster is deployed from.
/// @param deploymentName `service-instance_UUID`
public record ServiceDeployment(String deploymentName, List<Release> releases, List<Stemcell> stemcells) {

    public ServiceDeployment {
        releases = List.copyOf(releases);
        stemcells = List.copyOf(stemcells);
    }

    /// @param jobs the jobs that the adapter may take from this release
    public record Release(String name, String version, List<String> jobs) {
        public Release {
            jobs = List.copyOf(jobs);
        }
    }

    /// A stemcell by operating system, or by name when one is given.
    public record Stemcell(Optional<String> name, String os, String version) {}
}
