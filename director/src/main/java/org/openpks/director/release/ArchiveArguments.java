package org.openpks.director.release;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.TaskContext;
import org.openpks.kernel.Fault;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The arguments of tasks that take an archive in.
/// @param path a file that [Uploads] received; empty when there is a location
/// @param location a URL; empty when there is a path
/// @param checksum what the archive's digest must be; empty = not checked
/// @param fix replaces what is stored already
public record ArchiveArguments(String path, String location, String checksum, boolean fix) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public static ArchiveArguments uploaded(Path path, boolean fix) {
        return new ArchiveArguments(path.toString(), "", "", fix);
    }

    public static ArchiveArguments remote(String location, String checksum, boolean fix) {
        return new ArchiveArguments("", location, checksum, fix);
    }

    public JsonNode toJson() {
        return JSON.valueToTree(this);
    }

    static ArchiveArguments of(JsonNode arguments) {
        return JSON.treeToValue(arguments, ArchiveArguments.class);
    }

    /// Brings the archive here, with the stages that the user of `bosh` sees.
    Uploads.Local open(Uploads uploads, TaskContext context, String what, DirectorFault wrong) throws Exception {
        if (location.isEmpty()) {
            return new Uploads.Local(Path.of(path), true);
        }
        var local = context.events()
                .stage("Downloading remote " + what, List.of(), 1)
                .<Uploads.Local>step("Downloading remote " + what, status -> uploads.fetch(location));
        if (!checksum.isEmpty()) {
            context.events().stage("Verifying remote " + what, List.of(), 1).step("Verifying remote " + what, () -> {
                verify(local, what, wrong);
                return null;
            });
        }
        return local;
    }

    private void verify(Uploads.Local local, String what, DirectorFault wrong) throws IOException {
        if (!Checksums.matches(local.path(), checksum)) {
            local.close();
            throw new Fault(wrong, "The remote " + what + " does not have the digest '" + checksum + "'.");
        }
    }
}
