package org.openpks.director.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Deletes releases and stemcells that no deployment uses, all but the two newest of each. Arguments: `all` = these
/// too.
@Component
class CleanupJob implements TaskJob {

    private static final int KEPT = 2;

    private final Releases releases;
    private final Stemcells stemcells;
    private final ReleaseUse use;
    private final DeleteReleaseJob deleteRelease;
    private final DeleteStemcellJob deleteStemcell;

    CleanupJob(
            Releases releases,
            Stemcells stemcells,
            ReleaseUse use,
            DeleteReleaseJob deleteRelease,
            DeleteStemcellJob deleteStemcell) {
        this.releases = releases;
        this.stemcells = stemcells;
        this.use = use;
        this.deleteRelease = deleteRelease;
        this.deleteStemcell = deleteStemcell;
    }

    private record Version(String name, String version) {}

    @Override
    public String type() {
        return "delete_artifacts";
    }

    @Override
    public String run(TaskContext context, JsonNode arguments) throws Exception {
        int kept = arguments.path("all").asBoolean(false) ? 0 : KEPT;
        var oldReleases = old(
                releases.list().stream()
                        .filter(one -> use.ofRelease(one.name(), one.version()).isEmpty())
                        .map(one -> new Version(one.name(), one.version()))
                        .toList(),
                kept);
        var oldStemcells = old(
                stemcells.list().stream()
                        .filter(one -> use.ofStemcell(one.name(), one.version()).isEmpty())
                        .map(one -> new Version(one.name(), one.version()))
                        .toList(),
                kept);
        var stage = context.events().stage("Deleting releases", List.of(), oldReleases.size());
        for (var one : oldReleases) {
            context.checkpoint();
            stage.<Boolean>step(
                    one.name() + "/" + one.version(), status -> deleteRelease.delete(one.name(), one.version()));
        }
        stage = context.events().stage("Deleting stemcells", List.of(), oldStemcells.size());
        for (var one : oldStemcells) {
            context.checkpoint();
            stage.<Boolean>step(one.name() + "/" + one.version(), status -> {
                deleteStemcell.delete(one.name(), one.version());
                return true;
            });
        }
        return "Deleted " + oldReleases.size() + " release(s), " + oldStemcells.size() + " stemcell(s)";
    }

    /// All but the newest of each name; the list is ordered oldest first.
    private static List<Version> old(List<Version> unused, int kept) {
        Map<String, List<Version>> byName = new LinkedHashMap<>();
        unused.forEach(one ->
                byName.computeIfAbsent(one.name(), name -> new ArrayList<>()).add(one));
        return byName.values().stream()
                .flatMap(versions -> versions.subList(0, Math.max(0, versions.size() - kept)).stream())
                .toList();
    }
}
