package org.openpks.server.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openpks.kernel.Fault;
import org.openpks.server.errand.Fleet.Answer;
import org.openpks.server.errand.Fleet.Progress;

/// The errand's algorithm against a recorded broker; time passes only where the errand waits.
class UpgradeAllTests {

    private static final Map<String, String> NAMES = Map.of("a", "alpha", "b", "beta", "c", "gamma", "d", "delta");

    private final StringWriter out = new StringWriter();
    private Instant now = Instant.EPOCH;

    @Test
    void upgradesOneAfterTheOther() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c");
        assertThat(run(fleet, 1, 0)).isTrue();
        assertThat(fleet.asked).containsExactly("a@small", "b@small", "c@small");
        assertThat(fleet.mostAtOnce).isEqualTo(1);
        assertThat(out.toString())
                .contains("alpha                upgrading")
                .contains("alpha                Instance upgrade in progress")
                .contains("alpha                upgraded in 2 s")
                .contains("Of 3 clusters: 3 upgraded.");
    }

    @Test
    void keepsToTheNumberAtOnce() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c", "d");
        assertThat(run(fleet, 3, 0)).isTrue();
        assertThat(fleet.mostAtOnce).isEqualTo(3);
    }

    @Test
    void upgradesCanariesFirstAndAlone() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c", "d");
        assertThat(run(fleet, 4, 0, "gamma", "delta")).isTrue();
        assertThat(fleet.asked.subList(0, 2)).containsExactly("c@small", "d@small");
        assertThat(fleet.mostAtOnce).isEqualTo(2);
        assertThat(out.toString()).contains("4 clusters: 2 as canaries first, then at most 4 at once.");
    }

    @Test
    void takesAsManyCanariesAsWishedFromThoseThatAreNamed() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c").answers("b", new Answer.UpToDate());
        assertThat(run(fleet, 1, 1, "beta", "gamma")).isTrue();
        // One that is up to date tries nothing, so the next is the canary.
        assertThat(fleet.asked).containsExactly("b@small", "c@small", "a@small");
    }

    @Test
    void stopsAtTheFirstCanaryThatFails() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c").polls("b", new Progress.Failed("worker/0 is not running"));
        assertThat(run(fleet, 1, 0, "beta", "gamma")).isFalse();
        assertThat(fleet.asked).containsExactly("b@small");
        assertThat(out.toString())
                .contains("A canary failed, so nothing else is begun.")
                .contains("Of 3 clusters: 1 failed, 2 not begun.")
                .contains("beta                 failed: worker/0 is not running")
                .contains("gamma                not begun");
    }

    @Test
    void refusesACanaryThatIsNotThere() {
        var fleet = new RecordedFleet("a", "b");
        assertThatThrownBy(() -> run(fleet, 1, 0, "omega"))
                .isInstanceOf(Fault.class)
                .hasMessage("There is no cluster omega to be a canary; there are: alpha, beta.");
        assertThat(fleet.asked).isEmpty();
    }

    @Test
    void letsRunningOnesFinishAfterAFailureAndBeginsNoMore() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c", "d")
                .polls("a", new Progress.Failed("no"))
                .polls("b", new Progress.Running("1"), new Progress.Running("2"), new Progress.Done());
        assertThat(run(fleet, 2, 0)).isFalse();
        assertThat(fleet.asked).containsExactly("a@small", "b@small");
        assertThat(out.toString()).contains("Of 4 clusters: 1 upgraded, 1 failed, 2 not begun.");
    }

    @Test
    void triesBusyOnesAgainInTheNextAttempt() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b")
                .answers("a", new Answer.Busy("An operation is in progress."), new Answer.Busy("Still."));
        assertThat(run(fleet, 1, 0)).isTrue();
        assertThat(fleet.asked).containsExactly("a@small", "b@small", "a@small", "a@small");
        assertThat(out.toString())
                .contains("alpha                still busy: An operation is in progress.")
                .contains("1 busy; attempt 2 of 3 follows in 60 s.");
    }

    @Test
    void failsWhenAClusterIsBusyToTheEnd() throws InterruptedException {
        var busy = new Answer.Busy("An operation is in progress.");
        var fleet = new RecordedFleet("a", "b").answers("a", busy, busy, busy, busy);
        assertThat(run(fleet, 1, 0)).isFalse();
        assertThat(fleet.asked).containsExactly("a@small", "b@small", "a@small", "a@small");
        assertThat(out.toString()).contains("Of 2 clusters: 1 upgraded, 1 still busy.");
    }

    @Test
    void beginsNothingElseWhileACanaryIsBusyToTheEnd() throws InterruptedException {
        var busy = new Answer.Busy("busy");
        var fleet = new RecordedFleet("a", "b").answers("b", busy, busy, busy);
        assertThat(run(fleet, 1, 0, "beta")).isFalse();
        assertThat(fleet.asked).containsExactly("b@small", "b@small", "b@small");
    }

    /// A broker may also refuse a cluster at once.
    @Test
    void failsWhenTheBrokerRefuses() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b").answers("a", new Answer.Refused("The plan is no longer offered."));
        assertThat(run(fleet, 1, 0)).isFalse();
        assertThat(fleet.asked).containsExactly("a@small");
        assertThat(out.toString()).contains("alpha                failed: The plan is no longer offered.");
    }

    @Test
    void passesOverWhatIsUpToDateOrGone() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c", "d")
                .answers("a", new Answer.UpToDate())
                .answers("b", new Answer.Deleted())
                .answers("c", new Answer.Orphan());
        assertThat(run(fleet, 1, 0)).isTrue();
        assertThat(out.toString())
                .contains("Of 4 clusters: 1 upgraded, 1 up to date, 1 gone meanwhile, 1 without deployment.");
    }

    @Test
    void readsThePlanAgainBeforeEachUpgrade() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c");
        var errand = errand(fleet, 1, 0, Set.of(), time -> {
            now = now.plus(time);
            fleet.plans.put("b", "medium");
            fleet.plans.remove("c");
        });
        assertThat(errand.run()).isTrue();
        assertThat(fleet.asked).containsExactly("a@small", "b@medium");
        assertThat(out.toString()).contains("gamma                gone meanwhile");
    }

    /// kill -9 leaves nothing behind but what the broker knows.
    @Test
    void goesOnWhereAnErrandThatWasKilledEnded() throws InterruptedException {
        var fleet = new RecordedFleet("a", "b", "c");
        var killed = errand(fleet, 1, 0, Set.of(), time -> {
            now = now.plus(time);
            if (fleet.asked.contains("b@small")) {
                throw new InterruptedException("killed");
            }
        });
        assertThatThrownBy(killed::run).isInstanceOf(InterruptedException.class);
        assertThat(fleet.upgraded).containsExactly("a");
        // The upgrade of b goes on without the errand, and its cluster is busy until it ends.
        fleet.answers("b", new Answer.Busy("An operation is in progress."), new Answer.UpToDate());

        assertThat(run(fleet, 1, 0)).isTrue();
        assertThat(out.toString()).contains("Of 3 clusters: 1 upgraded, 2 up to date.");
    }

    @Test
    void waitsForABrokerThatDoesNotTellAndGivesUpInTheEnd() throws InterruptedException {
        var silent = new Progress.Silent("The service broker does not answer.");
        var patient = new RecordedFleet("a").polls("a", silent, silent, silent, new Progress.Done());
        assertThat(run(patient, 1, 0)).isTrue();

        assertThat(run(new RecordedFleet("b").polls("b", silent), 1, 0)).isFalse();
        assertThat(out.toString())
                .contains("beta                 failed: the broker has not told for 10 minutes how it goes: "
                        + "The service broker does not answer.");
    }

    @Test
    void hasNothingToDoWithoutClusters() throws InterruptedException {
        assertThat(run(new RecordedFleet(), 1, 2)).isTrue();
        assertThat(out.toString()).contains("Of 0 clusters: none.");
    }

    private boolean run(RecordedFleet fleet, int maxInFlight, int canaries, String... names)
            throws InterruptedException {
        return errand(fleet, maxInFlight, canaries, new LinkedHashSet<>(List.of(names)), time -> now = now.plus(time))
                .run();
    }

    private UpgradeAll errand(RecordedFleet fleet, int maxInFlight, int canaries, Set<String> names, Pause pause) {
        var pace = new UpgradeAll.Pace(maxInFlight, canaries, names, 3, Duration.ofSeconds(60), Duration.ofSeconds(1));
        return new UpgradeAll(fleet, NAMES, pace, new Report(new PrintWriter(out), () -> now), () -> now, pause);
    }
}
