package org.openpks.server.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.openpks.kernel.Fault;

class DeleteAllTests {

    private final StringWriter out = new StringWriter();
    private final RecordedFleet fleet = new RecordedFleet();
    private final RecordedClusters clusters = new RecordedClusters();
    private Instant now = Instant.EPOCH;

    @Test
    void deletesAllAndWaitsUntilTheyAreGone() throws InterruptedException {
        clusters.add("alpha", "beta", "gamma");
        assertThat(run(2)).isTrue();
        assertThat(clusters.deleted).containsExactly("alpha", "beta", "gamma");
        assertThat(clusters.mostAtOnce).isEqualTo(2);
        assertThat(out.toString())
                .contains("alpha                deleting")
                .contains("gamma                deleted")
                .contains("Of 3 clusters: 3 deleted, 0 left.");
    }

    @Test
    void goesOnAfterAFailureAndFailsInTheEnd() throws InterruptedException {
        clusters.add("alpha", "beta", "gamma");
        clusters.refusals.put("alpha", "Not allowed.");
        clusters.failures.put("beta", "Instance deletion failed: a disk is in use");
        assertThat(run(1)).isFalse();
        assertThat(clusters.list()).containsExactly("alpha", "beta");
        assertThat(out.toString())
                .contains("Of 3 clusters: 1 deleted, 2 left.")
                .contains("alpha                Not allowed.")
                .contains("beta                 Instance deletion failed: a disk is in use");
    }

    @Test
    void failsWhenTheBrokerHasMoreThanTheApiKnows() throws InterruptedException {
        clusters.add("alpha");
        fleet.plans.put("9f1c", "small");
        assertThat(run(1)).isFalse();
        assertThat(out.toString()).contains("9f1c").contains("the PKS API does not know");
    }

    @Test
    void outlivesAnApiThatIsAwayForAWhile() throws InterruptedException {
        clusters.add("alpha");
        clusters.silent = 3;
        assertThat(run(1)).isTrue();

        clusters.add("beta");
        clusters.silent = 1000;
        assertThatThrownBy(() -> run(1)).isInstanceOf(Fault.class);
    }

    private boolean run(int maxInFlight) throws InterruptedException {
        var pace = new DeleteAll.Pace(maxInFlight, Duration.ofSeconds(1), Duration.ofMinutes(5));
        var errand = new DeleteAll(
                clusters,
                fleet,
                pace,
                new Report(new PrintWriter(out), () -> now),
                () -> now,
                time -> now = now.plus(time));
        return errand.run(List.copyOf(clusters.states.keySet()));
    }

    /// A deletion takes two looks.
    private static final class RecordedClusters implements Clusters {

        final Map<String, Integer> states = new LinkedHashMap<>();
        final Map<String, String> refusals = new HashMap<>();
        final Map<String, String> failures = new HashMap<>();
        final List<String> deleted = new ArrayList<>();
        int silent;
        int mostAtOnce;

        void add(String... names) {
            for (var name : names) {
                states.put(name, 0);
            }
        }

        @Override
        public List<String> list() {
            return List.copyOf(states.keySet());
        }

        @Override
        public Optional<String> delete(String name) {
            answer();
            deleted.add(name);
            if (refusals.containsKey(name)) {
                return Optional.of(refusals.get(name));
            }
            states.put(name, 1);
            mostAtOnce = Math.max(mostAtOnce, (int)
                    states.values().stream().filter(count -> count > 0).count());
            return Optional.empty();
        }

        @Override
        public Optional<State> find(String name) {
            answer();
            if (failures.containsKey(name)) {
                return Optional.of(new State("DELETE", "failed", failures.get(name)));
            }
            if (states.merge(name, 1, Integer::sum) > 2) {
                states.remove(name);
                return Optional.empty();
            }
            return Optional.of(new State("DELETE", "in progress", "Instance deletion in progress"));
        }

        private void answer() {
            if (silent > 0) {
                silent--;
                throw new Fault(ErrandFault.CONTROL_PLANE, "The PKS API does not answer.");
            }
        }
    }
}
