package org.openpks.director.release;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Uploaded releases, unpacked: job specifications with their templates, and compiled packages as directories.
public interface Releases {

    /// Finds a version; `latest` means the newest by version order.
    Optional<Release> find(String name, String version);

    /// All versions, by name and then oldest first.
    List<Release> list();

    record Release(
            String name,
            String version,
            String commitHash,
            boolean uncommittedChanges,
            Map<String, Job> jobs,
            Map<String, Package> packages) {}

    /// @param directory holds job.MF, monit and templates/
    /// @param checksum the digest of the job's archive, as release.MF has it
    /// @param spec job.MF parsed
    record Job(String name, String fingerprint, String checksum, Path directory, Map<String, Object> spec) {}

    /// @param directory the package's files, to be mounted read-only at /var/vcap/packages/NAME
    /// @param stemcell `os/version` that it was compiled for
    record Package(
            String name,
            String fingerprint,
            String checksum,
            Path directory,
            List<String> dependencies,
            String stemcell) {}
}
