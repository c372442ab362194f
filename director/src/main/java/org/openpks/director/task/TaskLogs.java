package org.openpks.director.task;

/// The open logs of a running task.
record TaskLogs(LineFile event, LineFile result, LineFile debug) implements AutoCloseable {

    @Override
    public void close() {
        event.close();
        result.close();
        debug.close();
    }
}
