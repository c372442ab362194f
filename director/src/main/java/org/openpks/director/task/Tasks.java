package org.openpks.director.task;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The queue of long work. A task is a row before it runs; at most one task per lock key runs at a time, in the order of their ids.
public interface Tasks {

    /// Stores the task and returns its id at once.
    /// @param lock tasks with an equal lock wait for each other (a deployment's name); empty = none
    long enqueue(Request request);

    record Request(
            String type,
            String description,
            String user,
            Optional<String> deployment,
            Optional<String> contextId,
            Optional<String> lock,
            JsonNode arguments) {}
}
