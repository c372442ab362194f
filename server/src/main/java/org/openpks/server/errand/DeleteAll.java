package org.openpks.server.errand;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.kernel.Fault;

/// Deletes every cluster by the PKS API, so that its records go too, waits until they are gone, and looks at the broker
/// for what is left.
public final class DeleteAll {

    private final Clusters clusters;
    private final Fleet fleet;
    private final Pace pace;
    private final Report report;
    private final InstantSource clock;
    private final Pause pause;
    private final Map<String, String> failures = new LinkedHashMap<>();

    /// @param maxInFlight deletions at once
    /// @param silence how long the API may not answer before the errand gives up
    public record Pace(int maxInFlight, Duration pollingInterval, Duration silence) {}

    public DeleteAll(Clusters clusters, Fleet fleet, Pace pace, Report report, InstantSource clock, Pause pause) {
        this.clusters = clusters;
        this.fleet = fleet;
        this.pace = pace;
        this.report = report;
        this.clock = clock;
        this.pause = pause;
    }

    /// Runs to the end.
    /// @param names all that there are
    /// @return whether nothing is left
    public boolean run(List<String> names) throws InterruptedException {
        var queue = new ArrayDeque<>(names);
        var running = new ArrayList<String>();
        var heard = clock.instant();
        while (!queue.isEmpty() || !running.isEmpty()) {
            try {
                while (!queue.isEmpty() && running.size() < pace.maxInFlight()) {
                    var name = queue.peek();
                    begin(name, running);
                    queue.poll();
                }
                running.removeIf(this::ended);
                heard = clock.instant();
            } catch (Fault e) {
                if (Duration.between(heard, clock.instant()).compareTo(pace.silence()) > 0) {
                    throw e;
                }
            }
            if (!running.isEmpty() || !queue.isEmpty()) {
                pause.wait(pace.pollingInterval());
            }
        }
        return nothingLeft(names.size());
    }

    private void begin(String name, List<String> running) {
        var refusal = clusters.delete(name);
        if (refusal.isPresent()) {
            fail(name, refusal.get());
        } else {
            report.line(name, "deleting");
            running.add(name);
        }
    }

    private boolean ended(String name) {
        var state = clusters.find(name);
        if (state.isEmpty()) {
            report.line(name, "deleted");
            return true;
        }
        if (state.get().action().equals("DELETE") && state.get().state().equals("failed")) {
            fail(name, state.get().description());
            return true;
        }
        return false;
    }

    private void fail(String name, String why) {
        failures.put(name, why);
        report.line(name, "failed: " + why);
    }

    private boolean nothingLeft(int asked) {
        var left = clusters.list();
        var unknown = left.isEmpty() ? fleet.instances() : List.<Fleet.Instance>of();
        report.line("Of %d clusters: %d deleted, %d left."
                .formatted(asked, Math.max(0, asked - left.size()), left.size() + unknown.size()));
        left.forEach(name -> report.line(name, failures.getOrDefault(name, "made while the errand ran")));
        unknown.forEach(instance -> report.line(
                instance.id(),
                "the broker has an instance that the PKS API does not know; delete it at the broker: 'bosh -d service-instance_%s deployment' shows it"
                        .formatted(instance.id())));
        return left.isEmpty() && unknown.isEmpty();
    }
}
