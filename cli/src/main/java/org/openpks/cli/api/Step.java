package org.openpks.cli.api;

import java.util.Locale;
import java.util.OptionalLong;
import org.openpks.cli.json.Json;

/// One step of an operation on a cluster, such as making one virtual machine.
/// @param index identifies the step within its operation; updates of a step carry the same one
/// @param stage what kind of step it is, as in "Creating missing vms"
/// @param task what it is done to, as in "worker/... (0)"
/// @param millis how long it took, once it has ended
/// @param detail more about it, above all the cause of a failure
public record Step(long index, String stage, String task, State state, OptionalLong millis, String detail) {
    /// How far a step is.
    public enum State {
        RUNNING,
        FINISHED,
        FAILED
    }

    static Step of(Json json) {
        long started = json.number("started_at", -1);
        long finished = json.number("finished_at", -1);
        return new Step(
                json.number("index", 0),
                json.text("stage"),
                json.text("task"),
                state(json.text("state")),
                started >= 0 && finished >= started ? OptionalLong.of(finished - started) : OptionalLong.empty(),
                json.text("detail"));
    }

    private static State state(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "finished" -> State.FINISHED;
            case "failed" -> State.FAILED;
            default -> State.RUNNING;
        };
    }
}
