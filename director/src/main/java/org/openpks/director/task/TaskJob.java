package org.openpks.director.task;

import tools.jackson.databind.JsonNode;

/// A kind of work that tasks do, for example `update_deployment`.
///
/// The arguments are stored with the task before it runs. After a crash the task runs again from its start with the
/// same arguments, so a job observes first and does what is missing.
public interface TaskJob {

    /// The task type of BOSH, as `bosh tasks` filters by it.
    String type();

    /// Does the work and returns the task's result text, empty for none. A [org.openpks.kernel.Fault] fails the
    /// task with its message.
    String run(TaskContext context, JsonNode arguments) throws Exception;
}
