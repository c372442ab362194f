package org.openpks.director.release;

import java.io.IOException;
import java.util.List;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Deletes a release's version, or all of them, with the directories that nothing else needs. Arguments: `name`,
/// `version` (empty = all).
@Component
class DeleteReleaseJob implements TaskJob {

    private final JdbcReleases releases;
    private final Unpacked unpacked;
    private final ReleaseUse use;

    DeleteReleaseJob(JdbcReleases releases, Unpacked unpacked, ReleaseUse use) {
        this.releases = releases;
        this.unpacked = unpacked;
        this.use = use;
    }

    @Override
    public String type() {
        return "delete_release";
    }

    @Override
    public String run(TaskContext context, JsonNode arguments) throws Exception {
        var name = arguments.path("name").asString("");
        var version = arguments.path("version").asString("");
        var versions = version.isEmpty() ? releases.versions(name) : List.of(version);
        for (var each : versions) {
            var users = use.ofRelease(name, each);
            if (!users.isEmpty()) {
                throw new Fault(
                        version.isEmpty() ? DirectorFault.RELEASE_IN_USE : DirectorFault.RELEASE_VERSION_IN_USE,
                        "ReleaseVersion '" + name + "/" + each + "' is still in use by: " + String.join(", ", users));
            }
        }
        var stage = context.events().stage("Deleting release versions", List.of(), versions.size());
        for (var each : versions) {
            stage.<Boolean>step(name + "/" + each, status -> delete(name, each));
        }
        return version.isEmpty() ? "/release/" + name : "/release/" + name + "/" + version;
    }

    boolean delete(String name, String version) throws IOException {
        var row = releases.row(name, version);
        if (row.isPresent()) {
            for (var directory : releases.delete(row.get())) {
                unpacked.delete(directory);
            }
        }
        return row.isPresent();
    }
}
