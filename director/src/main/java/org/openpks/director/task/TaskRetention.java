package org.openpks.director.task;

import org.openpks.director.settings.DirectorSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Bounds the history of tasks: of each type the newest stay, with their logs, and every deployment keeps its last
/// task, by which clients tell how it stands. BOSH keeps 2000 of each type as well.
@Component
class TaskRetention {

    private static final Logger log = LoggerFactory.getLogger(TaskRetention.class);

    private final TaskTable table;
    private final TaskOutput output;
    private final int kept;

    TaskRetention(TaskTable table, TaskOutput output, DirectorSettings settings) {
        this.table = table;
        this.output = output;
        this.kept = settings.keptTasks();
    }

    /// Removes what is too old now that a task of this type has ended. What fails is tried again at the next end.
    void tidy(String type) {
        try {
            for (long id : table.old(type, kept)) {
                // The row last: it is what leads to the logs.
                output.remove(id);
                table.remove(id);
            }
        } catch (RuntimeException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("Could not remove old tasks");
        }
    }
}
