package org.openpks.director.deployment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.openpks.component.Watch;
import org.openpks.director.deployment.job.JobModel;
import org.openpks.director.release.Releases;
import org.openpks.director.template.TemplateRenderer;
import org.openpks.director.template.TemplateRenderer.JobContext;

/// Compiles the templates of every release before somebody waits for them: at the start, and soon after an upload.
/// A first deploy then costs what later ones cost.
final class TemplateWarmth extends Watch {

    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private final TemplateRenderer renderer;
    private final Releases releases;
    private final Set<String> warm = new HashSet<>();

    TemplateWarmth(TemplateRenderer renderer, Releases releases) {
        super("template-warmth", INTERVAL, "Could not prepare templates");
        this.renderer = renderer;
        this.releases = releases;
    }

    @Override
    protected void look() {
        releases.list().forEach(this::prepare);
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
