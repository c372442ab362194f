package org.openpks.cli.watch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.openpks.cli.api.Step;
import org.openpks.cli.terminal.Text;

/// One line per step when it appears, and one more when it fails; for files, pipes and logs.
final class PlainSteps implements StepView {
    private final Consumer<String> out;
    private final LongSupplier millis;
    private final long start;
    private final Map<Long, Step.State> seen = new HashMap<>();
    private String lastStatus = "";

    /// @param millis a clock that only goes forward
    PlainSteps(Consumer<String> out, LongSupplier millis) {
        this.out = out;
        this.millis = millis;
        this.start = millis.getAsLong();
    }

    @Override
    public void steps(List<Step> steps) {
        for (var step : steps) {
            var before = seen.put(step.index(), step.state());
            if (before == null && step.state() != Step.State.FAILED) {
                line(title(step));
            }
            if (step.state() == Step.State.FAILED && before != Step.State.FAILED) {
                var detail = Text.line(step.detail());
                line(title(step) + " failed" + (detail.isEmpty() ? "" : ": " + detail));
            }
        }
    }

    @Override
    public void status(String text) {
        var clean = Text.line(text);
        if (!clean.isEmpty() && !clean.equals(lastStatus)) {
            lastStatus = clean;
            line(clean);
        }
    }

    @Override
    public void tick() {}

    @Override
    public void end() {}

    private static String title(Step step) {
        var stage = Text.line(step.stage());
        var task = Text.line(step.task());
        return task.isEmpty() ? stage : stage + ": " + task;
    }

    private void line(String text) {
        var elapsed = Elapsed.text(millis.getAsLong() - start);
        out.accept(" ".repeat(Math.max(0, 8 - elapsed.length())) + elapsed + "  " + text);
    }
}
