package org.openpks.director.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Takes a release in: checks its archive, unpacks its jobs and packages once, and stores it.
@Component
class UpdateReleaseJob implements TaskJob {

    private final Uploads uploads;
    private final Unpacked unpacked;
    private final JdbcReleases releases;

    UpdateReleaseJob(Uploads uploads, Unpacked unpacked, JdbcReleases releases) {
        this.uploads = uploads;
        this.unpacked = unpacked;
        this.releases = releases;
    }

    @Override
    public String type() {
        return "update_release";
    }

    @Override
    public String run(TaskContext context, JsonNode json) throws Exception {
        var arguments = ArchiveArguments.of(json);
        var directory = uploads.fresh();
        try (var archive = arguments.open(uploads, context, "release", DirectorFault.RELEASE_CHECKSUM_WRONG)) {
            var known = peek(archive.path());
            if (known.isPresent() && isStored(context, known.get(), arguments.fix())) {
                return "Created release '" + known.get().name() + "/"
                        + known.get().version() + "'";
            }
            stage(context, "Extracting release", () -> extract(archive.path(), directory));
            var manifestFile = directory.resolve("release.MF");
            var manifest = context.events()
                    .stage("Verifying manifest", List.of(), 1)
                    .<ReleaseManifest>step("Verifying manifest", status -> verify(manifestFile));
            if (isStored(context, manifest, arguments.fix())) {
                return "Created release '" + manifest.name() + "/" + manifest.version() + "'";
            }
            context.checkpoint();
            stage(context, "Resolving package dependencies", () -> checkFiles(directory, manifest));
            var parts = new ArrayList<JdbcReleases.Part>();
            unpack(
                    context,
                    "Creating new packages",
                    "packages",
                    directory.resolve("compiled_packages"),
                    manifest.packages(),
                    parts);
            unpack(context, "Creating new jobs", "jobs", directory.resolve("jobs"), manifest.jobs(), parts);
            releases.save(manifest, Files.readString(manifestFile), parts);
            stage(context, "Release has been created", manifest.name() + "/" + manifest.version(), () -> {});
            return "Created release '" + manifest.name() + "/" + manifest.version() + "'";
        } finally {
            Archives.delete(directory);
        }
    }

    /// The manifest, when it stands at the archive's beginning and is in order: an upload of what is here already
    /// ends with it.
    private static Optional<ReleaseManifest> peek(Path archive) throws IOException {
        if (!Files.exists(archive)) {
            return Optional.empty();
        }
        try {
            var text = Archives.peek(archive, "release.MF");
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ReleaseManifest.parse(text)).filter(ReleaseManifest::compiled);
        } catch (Fault e) {
            // What is wrong is told by the stage that checks the manifest.
            return Optional.empty();
        }
    }

    private static void extract(Path archive, Path directory) throws IOException {
        if (!Files.exists(archive)) {
            throw ReleaseManifest.invalid("The uploaded archive is gone; upload the release again.");
        }
        try {
            Archives.unpack(archive, directory);
        } catch (IOException e) {
            throw new Fault(
                    DirectorFault.RELEASE_INVALID,
                    "The release is not a gzip tar archive that can be unpacked.",
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private static ReleaseManifest verify(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw ReleaseManifest.invalid("The release has no release.MF.");
        }
        var manifest = ReleaseManifest.parse(Files.readString(file));
        if (!manifest.compiled()) {
            throw ReleaseManifest.invalid("Release '" + manifest.name() + "/" + manifest.version()
                    + "' holds source packages. This director takes compiled releases: it has no compilation machines. Export the"
                    + " release for your stemcell, or build it with compiled_packages/.");
        }
        return manifest;
    }

    /// Whether the version is there already and stays as it is.
    private boolean isStored(TaskContext context, ReleaseManifest manifest, boolean fix) {
        var row = releases.row(manifest.name(), manifest.version());
        if (row.isEmpty()) {
            return false;
        }
        var stored = row.get();
        if (!stored.commitHash().equals(manifest.commitHash())
                || stored.uncommittedChanges() != manifest.uncommittedChanges()) {
            throw new Fault(
                    DirectorFault.RELEASE_COMMIT_DIFFERS,
                    "release '" + manifest.name() + "/" + manifest.version()
                            + "' has already been uploaded with commit_hash as '" + stored.commitHash()
                            + "' and uncommitted_changes as '" + stored.uncommittedChanges() + "'");
        }
        if (fix) {
            return false;
        }
        var parts = releases.parts(stored.id());
        for (var job : manifest.jobs()) {
            if (parts.stream()
                    .noneMatch(part -> part.kind().equals("jobs")
                            && part.name().equals(job.name())
                            && part.fingerprint().equals(job.fingerprint()))) {
                throw new Fault(
                        DirectorFault.RELEASE_JOB_DIFFERS,
                        "release '" + manifest.name() + "/" + manifest.version() + "' is stored with another job '"
                                + job.name() + "'; give the release a new version, or upload it with --fix");
            }
        }
        boolean same = manifest.packages().stream().allMatch(item -> parts.stream()
                .anyMatch(part -> part.kind().equals("packages")
                        && part.name().equals(item.name())
                        && part.fingerprint().equals(item.fingerprint())
                        && part.stemcell().equals(item.stemcell())));
        boolean complete = parts.stream().allMatch(part -> Files.isDirectory(part.directory()));
        if (same && complete) {
            context.debug("The release is stored already.");
        }
        return same && complete;
    }

    private static void checkFiles(Path directory, ReleaseManifest manifest) throws IOException {
        for (var item : manifest.packages()) {
            check(directory.resolve("compiled_packages").resolve(item.name() + ".tgz"), "package", item);
        }
        for (var item : manifest.jobs()) {
            check(directory.resolve("jobs").resolve(item.name() + ".tgz"), "job", item);
        }
    }

    private static void check(Path archive, String what, ReleaseManifest.Item item) throws IOException {
        if (!Files.isRegularFile(archive)) {
            throw new Fault(
                    DirectorFault.PACKAGE_MISSING,
                    "The archive of " + what + " '" + item.name() + "' is missing in the release.");
        }
        if (!item.checksum().isEmpty() && !Checksums.matches(archive, item.checksum())) {
            throw new Fault(
                    DirectorFault.RELEASE_CHECKSUM_WRONG,
                    "The archive of " + what + " '" + item.name()
                            + "' does not have the digest of release.MF; the release is damaged.");
        }
    }

    private void unpack(
            TaskContext context,
            String stage,
            String kind,
            Path archives,
            List<ReleaseManifest.Item> items,
            List<JdbcReleases.Part> parts)
            throws Exception {
        var events = context.events().stage(stage, List.of(), items.size());
        for (var item : items) {
            context.checkpoint();
            var directory = events.<Path>step(item.name() + "/" + item.fingerprint(), status -> {
                var unpackedTo =
                        unpacked.unpack(kind, item.name(), item.fingerprint(), archives.resolve(item.name() + ".tgz"));
                if (kind.equals("jobs")) {
                    checkJob(item.name(), unpackedTo);
                }
                return unpackedTo;
            });
            parts.add(new JdbcReleases.Part(
                    kind,
                    item.name(),
                    item.fingerprint(),
                    item.checksum(),
                    directory,
                    item.stemcell(),
                    item.dependencies()));
        }
    }

    private static void checkJob(String name, Path directory) {
        if (!Files.isRegularFile(directory.resolve("job.MF"))) {
            throw ReleaseManifest.invalid("Job '" + name + "' has no job.MF.");
        }
        var spec = JdbcReleases.spec(directory);
        if (!name.equals(spec.get("name"))) {
            throw new Fault(
                    DirectorFault.JOB_NAME_DIFFERS,
                    "Job '" + name + "' is called '" + spec.get("name") + "' in its own job.MF.");
        }
        if (!Files.isRegularFile(directory.resolve("monit"))) {
            throw new Fault(DirectorFault.MONIT_MISSING, "Job '" + name + "' has no monit file.");
        }
        if (spec.get("templates") instanceof Map<?, ?> templates) {
            for (var template : templates.keySet()) {
                if (!Files.isRegularFile(directory.resolve("templates").resolve(String.valueOf(template)))) {
                    throw new Fault(
                            DirectorFault.TEMPLATE_MISSING,
                            "Job '" + name + "' names the template '" + template + "', which is missing.");
                }
            }
        }
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private static void stage(TaskContext context, String name, Action action) throws Exception {
        stage(context, name, name, action);
    }

    private static void stage(TaskContext context, String name, String task, Action action) throws Exception {
        context.events().stage(name, List.of(), 1).<Boolean>step(task, status -> {
            action.run();
            return true;
        });
    }
}
