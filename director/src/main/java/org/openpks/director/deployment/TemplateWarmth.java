package org.openpks.director.deployment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.openpks.director.deployment.job.JobModel;
import org.openpks.director.release.Releases;
import org.openpks.director.template.TemplateRenderer;
import org.openpks.director.template.TemplateRenderer.JobContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Compiles the templates of every release before somebody waits for them: at the start, and soon after an upload.
/// A first deploy then costs what later ones cost.
final class TemplateWarmth implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TemplateWarmth.class);
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private final TemplateRenderer renderer;
    private final Releases releases;
    private final Set<String> warm = new HashSet<>();
    private volatile boolean active;
    private Thread thread = Thread.currentThread();

    TemplateWarmth(TemplateRenderer renderer, Releases releases) {
        this.renderer = renderer;
        this.releases = releases;
    }

    @Override
    public void start() {
        active = true;
        thread = Thread.ofVirtual().name("template-warmth").start(this::watch);
    }

    @Override
    public void stop() {
        active = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return active;
    }

    private void watch() {
        while (active) {
            try {
                releases.list().forEach(this::prepare);
                Thread.sleep(INTERVAL);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (active) {
                    log.atWarn().addKeyValue("cause", e.getMessage()).log("Could not prepare templates");
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Renders each job with its defaults. What is wrong for want of properties does not matter: it is compiled by
    /// then.
    private void prepare(Releases.Release release) {
        if (!warm.add(release.name() + "/" + release.version() + "/" + release.commitHash())) {
            return;
        }
        var contexts = new ArrayList<JobContext>();
        for (var job : release.jobs().values()) {
            var model = JobModel.read(release, job);
            contexts.add(new JobContext(
                    model.templates(),
                    Map.of("name", job.name(), "index", 0, "networks", Map.of()),
                    model.effective(Map.of()),
                    Map.of()));
        }
        renderer.render(contexts);
    }
}
