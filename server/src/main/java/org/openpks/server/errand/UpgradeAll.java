package org.openpks.server.errand;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.openpks.kernel.Fault;
import org.openpks.server.errand.Fleet.Answer;
import org.openpks.server.errand.Fleet.Instance;
import org.openpks.server.errand.Fleet.Progress;

/// Upgrades every cluster to what its plan offers, after the On-Demand Broker's errand
/// `upgrade-all-service-instances`.
///
/// Canaries go first, one at a time; when one fails nothing else is begun. Then the others, up to `maxInFlight` at
/// once. Clusters with another operation are tried again in the next attempt. After a failure what runs is awaited and
/// nothing more begun. A cluster that is up to date is passed over, so an errand that was cut off is run again.
public final class UpgradeAll {

    /// How long a broker may not tell how an upgrade goes before the errand gives up on that cluster.
    private static final Duration SILENCE = Duration.ofMinutes(10);

    private final Fleet fleet;
    private final Map<String, String> names;
    private final Pace pace;
    private final Report report;
    private final InstantSource clock;
    private final Pause pause;
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();

    /// @param maxInFlight clusters at once, canaries apart
    /// @param canaries how many go first; 0 with names given takes all that are named
    /// @param canaryNames which clusters may be canaries; empty for any
    /// @param attempts how often busy clusters are tried
    public record Pace(
            int maxInFlight,
            int canaries,
            Set<String> canaryNames,
            int attempts,
            Duration attemptInterval,
            Duration pollingInterval) {}

    /// What became of a cluster.
    private enum End {
        UPGRADED("upgraded"),
        UP_TO_DATE("up to date"),
        GONE("gone meanwhile"),
        ORPHAN("without deployment"),
        BUSY("still busy"),
        FAILED("failed"),
        NOT_BEGUN("not begun");

        private final String word;

        End(String word) {
            this.word = word;
        }

        boolean bad() {
            return switch (this) {
                case UPGRADED, UP_TO_DATE, GONE, ORPHAN -> false;
                case BUSY, FAILED, NOT_BEGUN -> true;
            };
        }
    }

    private record Outcome(End end, String why) {}

    /// @param since when the broker last told
    private record Flight(Instance instance, String operation, Instant begun, Instant since, String said) {
        Flight heard(Instant now, String text) {
            return new Flight(instance, operation, begun, now, text);
        }
    }

    /// @param names of the clusters by UUID, as far as they are known
    public UpgradeAll(
            Fleet fleet, Map<String, String> names, Pace pace, Report report, InstantSource clock, Pause pause) {
        this.fleet = fleet;
        this.names = names;
        this.pace = pace;
        this.report = report;
        this.clock = clock;
        this.pause = pause;
    }

    /// Runs to the end.
    /// @return whether every cluster is upgraded now
    public boolean run() throws InterruptedException {
        var all = fleet.instances();
        all.forEach(instance -> outcomes.put(instance.id(), new Outcome(End.NOT_BEGUN, "")));
        var candidates = canaryCandidates(all);
        int wanted = pace.canaries() > 0
                ? Math.min(pace.canaries(), candidates.size())
                : pace.canaryNames().size();
        report.line("%d clusters: %s at most %d at once."
                .formatted(
                        all.size(),
                        wanted == 0
                                ? ""
                                : "%d as %s first, then".formatted(wanted, wanted == 1 ? "canary" : "canaries"),
                        pace.maxInFlight()));
        boolean good = wanted == 0 || canaries(candidates, wanted);
        if (good) {
            good = rest(all);
        }
        summary();
        return good
                && outcomes.values().stream().noneMatch(outcome -> outcome.end().bad());
    }

    private List<Instance> canaryCandidates(List<Instance> all) {
        if (pace.canaryNames().isEmpty()) {
            return all;
        }
        var known = new TreeSet<String>();
        all.forEach(instance -> known.add(name(instance)));
        for (var wanted : pace.canaryNames()) {
            if (!known.contains(wanted)) {
                throw new Fault(
                        ErrandFault.WRONG_REQUEST,
                        "There is no cluster %s to be a canary; there are: %s."
                                .formatted(wanted, String.join(", ", known)));
            }
        }
        return all.stream()
                .filter(instance -> pace.canaryNames().contains(name(instance)))
                .toList();
    }

    private boolean canaries(List<Instance> candidates, int wanted) throws InterruptedException {
        var busy = attempts(candidates, 1, wanted);
        if (failed()) {
            report.line("A canary failed, so nothing else is begun.");
            return false;
        }
        long upgraded = outcomes.values().stream()
                .filter(outcome -> outcome.end() == End.UPGRADED)
                .count();
        if (upgraded < wanted && !busy.isEmpty()) {
            report.line("Of %d canaries %d were upgraded; the others are still busy, so nothing else is begun."
                    .formatted(wanted, upgraded));
            return false;
        }
        return true;
    }

    private boolean rest(List<Instance> all) throws InterruptedException {
        var open =
                all.stream().filter(instance -> open(outcome(instance).end())).toList();
        return attempts(open, pace.maxInFlight(), Integer.MAX_VALUE).isEmpty() && !failed();
    }

    private static boolean open(End end) {
        return end == End.NOT_BEGUN || end == End.BUSY;
    }

    /// @param enough after how many upgrades no more are begun
    /// @return those that are still busy
    private List<Instance> attempts(List<Instance> instances, int atOnce, int enough) throws InterruptedException {
        var open = List.copyOf(instances);
        for (int attempt = 1; attempt <= pace.attempts() && !open.isEmpty(); attempt++) {
            if (attempt > 1) {
                report.line("%d busy; attempt %d of %d follows in %d s."
                        .formatted(
                                open.size(),
                                attempt,
                                pace.attempts(),
                                pace.attemptInterval().toSeconds()));
                pause.wait(pace.attemptInterval());
            }
            open = new Pass(open, atOnce, enough - upgraded(instances)).run();
            if (failed() || upgraded(instances) >= enough) {
                break;
            }
        }
        return open;
    }

    private int upgraded(List<Instance> instances) {
        return (int) instances.stream()
                .filter(instance -> outcome(instance).end() == End.UPGRADED)
                .count();
    }

    /// Once through a list of clusters.
    private final class Pass {

        private final Deque<Instance> queue;
        private final int atOnce;
        private final int enough;
        private final List<Instance> busy = new ArrayList<>();
        private final List<Flight> flights = new ArrayList<>();
        private int accepted;

        Pass(List<Instance> instances, int atOnce, int enough) {
            this.queue = new ArrayDeque<>(instances);
            this.atOnce = atOnce;
            this.enough = enough;
        }

        List<Instance> run() throws InterruptedException {
            while (true) {
                while (!queue.isEmpty() && flights.size() < atOnce && accepted < enough && !failed()) {
                    begin(queue.poll());
                }
                if (flights.isEmpty()) {
                    return List.copyOf(busy);
                }
                pause.wait(pace.pollingInterval());
                flights.replaceAll(this::poll);
                flights.removeIf(flight -> !open(outcome(flight.instance()).end()));
            }
        }

        private void begin(Instance listed) {
            // Its plan may have changed since the list was read, and it may be gone.
            var now = fleet.instances().stream()
                    .filter(one -> one.id().equals(listed.id()))
                    .findFirst();
            var answer = now.map(fleet::upgrade).orElseGet(Answer.Deleted::new);
            var instance = now.orElse(listed);
            switch (answer) {
                case Answer.Accepted(var operation) -> {
                    accepted++;
                    report.line(name(instance), "upgrading");
                    flights.add(new Flight(instance, operation, clock.instant(), clock.instant(), ""));
                }
                case Answer.UpToDate() -> end(instance, End.UP_TO_DATE, "");
                case Answer.Deleted() -> end(instance, End.GONE, "");
                case Answer.Orphan() -> end(instance, End.ORPHAN, "");
                case Answer.Refused(var why) -> end(instance, End.FAILED, why);
                case Answer.Busy(var why) -> {
                    busy.add(instance);
                    end(instance, End.BUSY, why);
                }
            }
        }

        private Flight poll(Flight flight) {
            var instance = flight.instance();
            var now = clock.instant();
            return switch (fleet.progress(instance, flight.operation())) {
                case Progress.Running(var said) -> {
                    if (!said.equals(flight.said()) && !said.isBlank()) {
                        report.line(name(instance), said);
                    }
                    yield flight.heard(now, said);
                }
                case Progress.Done() -> {
                    end(
                            instance,
                            End.UPGRADED,
                            "in %d s"
                                    .formatted(Duration.between(flight.begun(), now)
                                            .toSeconds()));
                    yield flight;
                }
                case Progress.Failed(var why) -> {
                    end(instance, End.FAILED, why);
                    yield flight;
                }
                case Progress.Silent(var why) -> {
                    if (Duration.between(flight.since(), now).compareTo(SILENCE) > 0) {
                        end(
                                instance,
                                End.FAILED,
                                "the broker has not told for %d minutes how it goes: %s"
                                        .formatted(SILENCE.toMinutes(), why));
                    }
                    yield flight;
                }
            };
        }
    }

    private void end(Instance instance, End end, String why) {
        outcomes.put(instance.id(), new Outcome(end, why));
        report.line(
                name(instance),
                why.isEmpty() ? end.word : end == End.UPGRADED ? end.word + " " + why : end.word + ": " + why);
    }

    private Outcome outcome(Instance instance) {
        return Optional.ofNullable(outcomes.get(instance.id())).orElse(new Outcome(End.NOT_BEGUN, ""));
    }

    private boolean failed() {
        return outcomes.values().stream().anyMatch(outcome -> outcome.end() == End.FAILED);
    }

    private String name(Instance instance) {
        return name(instance.id());
    }

    private String name(String id) {
        return names.getOrDefault(id, id);
    }

    /// Counts of every end, then who and why for those that are not good.
    private void summary() {
        var counts = new LinkedHashMap<End, Set<String>>();
        for (var end : End.values()) {
            outcomes.forEach((id, outcome) -> {
                if (outcome.end() == end) {
                    counts.computeIfAbsent(end, any -> new LinkedHashSet<>()).add(id);
                }
            });
        }
        var parts = new ArrayList<String>();
        counts.forEach((end, ids) -> parts.add("%d %s".formatted(ids.size(), end.word)));
        report.line(
                "Of %d clusters: %s.".formatted(outcomes.size(), parts.isEmpty() ? "none" : String.join(", ", parts)));
        counts.forEach((end, ids) -> {
            if (end.bad() || end == End.ORPHAN) {
                ids.forEach(id -> {
                    var why = outcomes.getOrDefault(id, new Outcome(end, "")).why();
                    report.line(name(id), why.isEmpty() ? end.word : end.word + ": " + why);
                });
            }
        });
    }
}
