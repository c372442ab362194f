package org.openpks.director.task;

import java.util.Optional;

/// What a running task may use: its logs, its caller and the wish to stop.
public interface TaskContext {

    long id();

    String user();

    Optional<String> contextId();

    EventLog events();

    /// Adds a line to the task's result log.
    void result(String line);

    /// Adds a line to the task's debug log. No secrets.
    void debug(String line);

    /// Ends the task as `cancelled` if somebody asked for it; called between steps.
    void checkpoint();
}
