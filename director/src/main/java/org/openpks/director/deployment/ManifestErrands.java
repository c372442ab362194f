package org.openpks.director.deployment;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.release.Releases;

/// Finds errands in the manifest of the last successful deploy.
final class ManifestErrands implements Errands {

    private final Deployments deployments;
    private final Releases releases;

    ManifestErrands(Deployments deployments, Releases releases) {
        this.deployments = deployments;
        this.releases = releases;
    }

    @Override
    public List<String> of(String deployment) {
        var found = deployments.find(deployment).orElseThrow(() -> DeploymentJobs.unknown(deployment));
        if (found.manifest().isEmpty()) {
            return List.of();
        }
        var manifest = Manifest.parse(found.manifest().get());
        var names = new TreeSet<String>();
        for (var group : manifest.groups()) {
            if (group.errand()) {
                names.add(group.name());
            }
            for (var job : group.jobs()) {
                if (runs(manifest, job)) {
                    names.add(job.name());
                }
            }
        }
        return List.copyOf(names);
    }

    private boolean runs(Manifest manifest, Manifest.Job job) {
        return manifest.releases().stream()
                .filter(ref -> ref.name().equals(job.release()))
                .flatMap(ref -> releases.find(ref.name(), ref.version()).stream())
                .map(release -> release.jobs().get(job.name()))
                .anyMatch(found -> found != null
                        && found.spec().get("templates") instanceof Map<?, ?> templates
                        && templates.containsValue("bin/run"));
    }
}
