package org.openpks.cli.task;

import java.util.List;
import org.openpks.cli.command.Entry;

/// The commands about upgrades of several clusters, for the list of all commands.
public final class TaskCommands {
    public static final List<Entry> ALL = List.of(
            Entry.of(
                    "cancel-task",
                    "Cancel the part of an upgrade that has not begun",
                    "<task-id> [flags]",
                    CancelTaskCommand::new,
                    "pks cancel-task 4925355e-44ed-4aea-abae-9f8e8d58c4d5"),
            Entry.of(
                    "task",
                    "View the details of a task",
                    "<task-id> [flags]",
                    TaskCommand::new,
                    "pks task 4925355e-44ed-4aea-abae-9f8e8d58c4d5",
                    "pks task 4925355e-44ed-4aea-abae-9f8e8d58c4d5 --json"),
            Entry.of(
                    "tasks",
                    "View the latest tasks",
                    "[flags]",
                    TasksCommand::new,
                    "pks tasks",
                    "pks tasks --limit 50"),
            Entry.of(
                    "upgrade-clusters",
                    "Upgrade several clusters",
                    "[flags]",
                    UpgradeClustersCommand::new,
                    "pks upgrade-clusters --clusters my-cluster,other-cluster",
                    "pks upgrade-clusters -c a,b,c --canaries test --max-in-flight 2 --non-interactive --wait"));

    private TaskCommands() {}
}
