package org.openpks.cli.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.openpks.cli.api.Step;
import org.openpks.cli.terminal.Terminal;
import org.openpks.cli.terminal.Text;

/// A tree of stages and their tasks that is redrawn in place. A stage that is done takes one line; the tasks of one
/// that runs or failed are listed. Never taller than the terminal: then the oldest lines are left out.
final class LiveSteps implements StepView {
    private static final int TASKS_SHOWN = 12;

    private record Seen(Step step, long since) {}

    private record Symbols(String done, String failed, List<String> running) {
        static final Symbols UNICODE = new Symbols("✓", "✗", List.of("⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"));
        static final Symbols ASCII = new Symbols("+", "x", List.of("|", "/", "-", "\\"));
    }

    private final String title;
    private final Consumer<String> out;
    private final Terminal.Kind kind;
    private final Symbols symbols;
    private final LongSupplier millis;
    private final long start;
    private final Map<Long, Seen> seen = new LinkedHashMap<>();
    private String status = "";
    private int drawn;
    private int frame;
    private boolean over;

    /// @param out takes text as it is, without a line break after it
    /// @param millis a clock that only goes forward
    LiveSteps(String title, Consumer<String> out, Terminal.Kind kind, boolean drawsSymbols, LongSupplier millis) {
        this.title = title;
        this.out = out;
        this.kind = kind;
        this.symbols = drawsSymbols ? Symbols.UNICODE : Symbols.ASCII;
        this.millis = millis;
        this.start = millis.getAsLong();
    }

    @Override
    public void steps(List<Step> steps) {
        status = "";
        for (var step : steps) {
            var before = seen.get(step.index());
            seen.put(step.index(), new Seen(step, before == null ? millis.getAsLong() : before.since()));
        }
    }

    @Override
    public void status(String text) {
        status = Text.line(text);
    }

    @Override
    public void tick() {
        frame++;
        draw();
    }

    @Override
    public void end() {
        over = true;
        status = "";
        draw();
    }

    private void draw() {
        var lines = lines();
        int room = Math.max(2, kind.rows() - 1);
        if (lines.size() > room) {
            lines = new ArrayList<>(lines.subList(lines.size() - room, lines.size()));
        }
        var text = new StringBuilder();
        if (drawn > 0) {
            text.append("\033[").append(drawn).append('A');
        }
        text.append("\r\033[J");
        lines.forEach(line -> text.append(cut(line, room())).append('\n'));
        drawn = lines.size();
        out.accept(text.toString());
    }

    /// The whole tree, one string per line.
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("%s  %s".formatted(title, Elapsed.text(millis.getAsLong() - start)));
        var stages = new LinkedHashMap<String, List<Seen>>();
        seen.values().forEach(step -> stages.computeIfAbsent(step.step().stage(), name -> new ArrayList<>())
                .add(step));
        stages.forEach((stage, steps) -> stage(stage, steps, lines));
        if (!status.isEmpty()) {
            lines.add("  " + spinner() + " " + status);
        }
        return lines;
    }

    private void stage(String stage, List<Seen> steps, List<String> lines) {
        boolean failed = steps.stream().anyMatch(seen -> seen.step().state() == Step.State.FAILED);
        boolean running = steps.stream().anyMatch(seen -> seen.step().state() == Step.State.RUNNING);
        var name = Text.line(stage);
        if (steps.size() == 1) {
            var only = steps.getFirst();
            var task = Text.line(only.step().task());
            lines.add(line("  ", only, task.isEmpty() ? name : name + "  " + task));
            return;
        }
        var count = steps.stream()
                .filter(seen -> seen.step().state() != Step.State.RUNNING)
                .count();
        var mark = failed ? symbols.failed() : running ? spinner() : symbols.done();
        lines.add("  %s %s  %s  %s"
                .formatted(
                        mark,
                        name,
                        running ? count + "/" + steps.size() : String.valueOf(steps.size()),
                        Elapsed.text(
                                steps.stream().mapToLong(this::elapsed).max().orElse(0))));
        if (!failed && !running) {
            return;
        }
        var shown = steps.stream()
                .filter(seen -> seen.step().state() != Step.State.FINISHED)
                .limit(TASKS_SHOWN)
                .toList();
        shown.forEach(seen -> lines.add(line("    ", seen, Text.line(seen.step().task()))));
    }

    private String line(String indent, Seen seen, String text) {
        var mark =
                switch (seen.step().state()) {
                    case RUNNING -> spinner();
                    case FINISHED -> symbols.done();
                    case FAILED -> symbols.failed();
                };
        var detail = seen.step().state() == Step.State.FAILED
                        && !seen.step().detail().isBlank()
                ? "  " + Text.line(seen.step().detail())
                : "";
        var time = "  " + Elapsed.text(elapsed(seen));
        var begin = indent + mark + " ";
        return begin + cut(text, room() - begin.length() - time.length()) + time + detail;
    }

    /// What runs is measured here, since the server's clock may differ from ours.
    private long elapsed(Seen seen) {
        return seen.step().millis().orElseGet(() -> millis.getAsLong() - seen.since());
    }

    private String spinner() {
        return over ? "-" : symbols.running().get(frame % symbols.running().size());
    }

    /// Characters of a line that do not make the terminal break it.
    private int room() {
        return Math.max(20, kind.columns() - 1);
    }

    private String cut(String line, int room) {
        return line.codePointCount(0, line.length()) <= room
                ? line
                : line.substring(0, line.offsetByCodePoints(0, room - 1)) + (symbols == Symbols.UNICODE ? "…" : "~");
    }
}
