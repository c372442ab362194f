package org.openpks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.openpks.bosh.Director;
import org.openpks.bosh.Task;
import org.openpks.kernel.Fault;

/// Gives the director what an operator would upload: the stemcell, the release that is offered, the cloud config. What
/// is there already is not sent again, so a second start costs three questions. Releases of clusters that are behind
/// are there since those were made.
final class Uploads {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Director director;
    private final Artifacts.Stemcell stemcell;
    private final Artifacts.Release release;
    private final Settings settings;

    Uploads(Director director, Artifacts.Stemcell stemcell, Artifacts.Release release, Settings settings) {
        this.director = director;
        this.stemcell = stemcell;
        this.release = release;
        this.settings = settings;
    }

    void ensure(Progress progress) {
        try {
            var cloudConfig = Files.readString(settings.cloudConfig());
            if (!director.cloudConfig("default").equals(Optional.of(cloudConfig))) {
                director.updateCloudConfig("default", cloudConfig);
                progress.line("The cloud config is uploaded.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + settings.cloudConfig(), e);
        }
        if (director.stemcells().stream()
                .noneMatch(there ->
                        there.name().equals(stemcell.name()) && there.version().equals(stemcell.version()))) {
            await(director.uploadStemcell(stemcell.path().toUri().toString(), Optional.empty()), "stemcell");
            progress.line("Stemcell " + stemcell.name() + "/" + stemcell.version() + " is uploaded.");
        }
        boolean there = director.releases().stream()
                .filter(known -> known.name().equals(release.name()))
                .anyMatch(known -> known.versions().stream()
                        .anyMatch(version -> version.version().equals(release.version())));
        if (!there) {
            await(director.uploadRelease(release.path().toUri().toString(), Optional.empty()), "release");
            progress.line("Release " + release.name() + "/" + release.version() + " is uploaded.");
        }
    }

    private void await(long taskId, String what) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            var task = director.task(taskId);
            if (task.state() == Task.State.DONE) {
                return;
            }
            if (!task.state().running() || System.nanoTime() > deadline) {
                throw new Fault(
                        ServerFault.START_FAILED,
                        "The director did not take the %s: %s".formatted(what, task.result()),
                        "task " + taskId + " is " + task.state());
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Fault(ServerFault.START_FAILED, "The start was interrupted.");
            }
        }
    }
}
