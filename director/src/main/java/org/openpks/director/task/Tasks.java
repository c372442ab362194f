package org.openpks.director.task;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The queue of long work. A task is a row before it runs; at most one task per lock key runs at a time, in the
/// order of their ids.
public interface Tasks {

    /// Stores the task and returns its id at once.
    ///
    /// Fails with `UNSUPPORTED` when no [TaskJob] of this type exists.
    long enqueue(Request request);

    Optional<Task> find(long id);

    /// Newest change first.
    List<Task> find(Query query);

    /// Asks the task to stop: a queued one ends at once, and a running one is interrupted in what it waits for. One
    /// that another director runs ends at its next checkpoint.
    /// @return the state that stands in the way, or nothing when the wish is noted
    Optional<TaskState> cancel(long id);

    /// The locks that running tasks hold.
    List<Lock> locks();

    /// @param lock tasks with an equal lock wait for each other (a deployment's name); empty = none
    record Request(
            String type,
            String description,
            String user,
            Optional<String> deployment,
            Optional<String> contextId,
            Optional<String> lock,
            JsonNode arguments) {}

    /// A task as it stands.
    /// @param startedAt and timestamp in seconds since 1970; the latter is the time of its end
    /// @param result the error's text when it failed
    record Task(
            long id,
            String type,
            TaskState state,
            String description,
            Optional<Long> timestamp,
            Optional<Long> startedAt,
            Optional<String> result,
            String user,
            Optional<String> deployment,
            Optional<String> contextId) {}

    /// Absent parts and empty sets do not filter.
    record Query(
            Set<TaskState> states,
            Set<String> types,
            Optional<String> deployment,
            Optional<String> contextId,
            Optional<Integer> limit) {}

    /// @param acquiredAt in milliseconds since 1970
    record Lock(String name, long taskId, long acquiredAt) {}
}
