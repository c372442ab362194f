package org.openpks.director.deployment.step;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.openpks.director.agent.Agent.RenderedJob;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.job.JobModel;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.director.deployment.plan.InstancePlan.Contents;
import org.openpks.director.release.Releases;
import org.openpks.director.release.Stemcells;
import org.openpks.kernel.Fault;

/// The releases and stemcells that a manifest names, as they were uploaded, and the jobs and packages in them.
final class Software {

    private final Releases releases;
    private final Stemcells stemcells;
    private final Map<String, Releases.Release> byName = new LinkedHashMap<>();
    private final Map<String, Stemcells.Stemcell> byAlias = new LinkedHashMap<>();
    private final Map<String, JobModel> jobs = new HashMap<>();

    Software(Releases releases, Stemcells stemcells) {
        this.releases = releases;
        this.stemcells = stemcells;
    }

    /// Finds what the manifest names.
    /// @throws Fault naming the first release, stemcell or job that is not there
    void bind(Manifest manifest) {
        for (var ref : manifest.releases()) {
            byName.put(ref.name(), releases.find(ref.name(), ref.version()).orElseThrow(() -> missingRelease(ref)));
        }
        for (var ref : manifest.stemcells()) {
            byAlias.put(ref.alias(), stemcell(ref));
        }
        for (var group : manifest.groups()) {
            for (var job : group.jobs()) {
                jobs.computeIfAbsent(job.release() + "/" + job.name(), key -> read(group, job));
            }
        }
    }

    private Fault missingRelease(Manifest.ReleaseRef ref) {
        boolean known = releases.list().stream().anyMatch(one -> one.name().equals(ref.name()));
        return known
                ? new Fault(
                        DeploymentFault.UNKNOWN_RELEASE_VERSION,
                        "Release version '%s/%s' doesn't exist".formatted(ref.name(), ref.version()))
                : new Fault(DeploymentFault.UNKNOWN_RELEASE, "Release '%s' doesn't exist".formatted(ref.name()));
    }

    JobModel job(Manifest.Job job) {
        return Objects.requireNonNull(jobs.get(job.release() + "/" + job.name()));
    }

    Stemcells.Stemcell stemcell(String alias) {
        return Objects.requireNonNull(byAlias.get(alias));
    }

    List<String> releaseNames() {
        return byName.values().stream()
                .map(one -> one.name() + "/" + one.version())
                .toList();
    }

    List<String> stemcellNames() {
        return byAlias.values().stream()
                .map(one -> one.name() + "/" + one.version())
                .distinct()
                .toList();
    }

    /// What a machine of the group holds: the packages of its jobs beside what is given.
    Contents contents(InstanceGroup group, Map<String, RenderedJob> jobs, Map<String, List<String>> hosts) {
        var packages = new TreeMap<String, Path>();
        var digests = new TreeMap<String, String>();
        for (var job : group.jobs()) {
            var model = job(job);
            for (var wanted : model.packages()) {
                var found = model.release().packages().get(wanted);
                if (found == null) {
                    throw new Fault(
                            DeploymentFault.UNKNOWN_PACKAGE,
                            "Package '%s' of job '%s' is missing in release '%s/%s'."
                                    .formatted(
                                            wanted,
                                            model.name(),
                                            model.release().name(),
                                            model.release().version()));
                }
                packages.put(wanted, found.directory());
                digests.put(wanted, found.fingerprint());
            }
        }
        return new Contents(packages, digests, jobs, hosts);
    }

    private Stemcells.Stemcell stemcell(Manifest.StemcellRef ref) {
        var found = ref.operatingSystem()
                .map(os -> stemcells.findByOs(os, ref.version()))
                .orElseGet(() -> stemcells.findByName(ref.name().orElseThrow(), ref.version()));
        return found.orElseThrow(() -> new Fault(
                DeploymentFault.UNKNOWN_STEMCELL,
                "Stemcell '%s/%s' doesn't exist. Upload it first."
                        .formatted(ref.operatingSystem().or(ref::name).orElseThrow(), ref.version())));
    }

    private JobModel read(InstanceGroup group, Manifest.Job job) {
        var release = byName.get(job.release());
        var found = release.jobs().get(job.name());
        if (found == null) {
            throw new Fault(
                    DeploymentFault.UNKNOWN_JOB,
                    "Job '%s' of instance group '%s' not found in release '%s/%s'."
                            .formatted(job.name(), group.name(), release.name(), release.version()));
        }
        return JobModel.read(release, found);
    }
}
