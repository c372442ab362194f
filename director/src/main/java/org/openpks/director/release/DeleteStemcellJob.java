package org.openpks.director.release;

import java.util.List;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Deletes a stemcell and its image. Arguments: `name`, `version`.
@Component
class DeleteStemcellJob implements TaskJob {

    private final JdbcStemcells stemcells;
    private final ReleaseUse use;
    private final Cpi cpi;

    DeleteStemcellJob(JdbcStemcells stemcells, ReleaseUse use, Cpi cpi) {
        this.stemcells = stemcells;
        this.use = use;
        this.cpi = cpi;
    }

    @Override
    public String type() {
        return "delete_stemcell";
    }

    @Override
    public String run(TaskContext context, JsonNode arguments) throws Exception {
        var name = arguments.path("name").asString("");
        var version = arguments.path("version").asString("");
        var label = name + "/" + version;
        var users = use.ofStemcell(name, version);
        if (!users.isEmpty()) {
            throw new Fault(
                    DirectorFault.STEMCELL_IN_USE,
                    "Stemcell '" + label + "' is still in use by: " + String.join(", ", users));
        }
        context.events()
                .stage("Deleting stemcell from cloud", List.of(), 1)
                .<Boolean>step("Delete stemcell " + label, status -> {
                    delete(name, version);
                    return true;
                });
        return "/stemcells/" + label;
    }

    void delete(String name, String version) {
        stemcells.findByName(name, version).ifPresent(stemcell -> {
            cpi.deleteStemcell(stemcell.cid());
            stemcells.delete(stemcell.id());
        });
    }
}
