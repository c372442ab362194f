package org.openpks.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openpks.api.cluster.Phase.CREATED;
import static org.openpks.api.cluster.Phase.CREATE_FAILED;
import static org.openpks.api.cluster.Phase.CREATING;
import static org.openpks.api.cluster.Phase.DELETE_FAILED;
import static org.openpks.api.cluster.Phase.DELETING;
import static org.openpks.api.cluster.Phase.GONE;
import static org.openpks.api.cluster.Phase.UPDATED;
import static org.openpks.api.cluster.Phase.UPDATE_FAILED;
import static org.openpks.api.cluster.Phase.UPDATING;
import static org.openpks.api.cluster.Phase.UPGRADED;
import static org.openpks.api.cluster.Phase.UPGRADE_FAILED;
import static org.openpks.api.cluster.Phase.UPGRADE_QUEUED;
import static org.openpks.api.cluster.Phase.UPGRADING;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhaseTests {

    private static final Set<Phase> WHOLE = EnumSet.of(CREATED, UPDATED, UPDATE_FAILED, UPGRADED, UPGRADE_FAILED);

    /// The rules in words: an action ends one way or the other; only what was created whole can be updated or
    /// queued for an upgrade, which begins or is taken back; a delete may follow everything but a delete that
    /// runs; nothing follows the end.
    private static boolean expected(Phase from, Phase to) {
        boolean starts = EnumSet.of(UPDATING, UPGRADE_QUEUED).contains(to) && WHOLE.contains(from);
        boolean leavesTheQueue = from == UPGRADE_QUEUED && (to == UPGRADING || WHOLE.contains(to));
        boolean startsDelete = to == DELETING && from != DELETING && from != GONE;
        boolean ends = from.busy() && from != UPGRADE_QUEUED && !to.busy() && from.action() == to.action();
        return starts || leavesTheQueue || startsDelete || ends;
    }

    @Test
    void everyPairFollowsTheRules() {
        for (var from : Phase.values()) {
            for (var to : Phase.values()) {
                assertThat(from.mayBecome(to)).as("%s -> %s", from, to).isEqualTo(expected(from, to));
            }
        }
    }

    @Test
    void everyPhaseStandsInTheTable() {
        assertThat(Phase.NEXT.keySet()).containsExactlyInAnyOrder(Phase.values());
    }

    @Test
    void isFoundByWhatTheApiShows() {
        for (var phase : Phase.values()) {
            assertThat(Phase.of(phase.action(), phase.state())).isEqualTo(phase);
        }
    }

    @Test
    void givesCredentialsOnlyWhereAnApiServerMayAnswer() {
        var usable = EnumSet.allOf(Phase.class);
        usable.removeIf(phase -> !phase.usable());
        assertThat(usable)
                .isEqualTo(Set.of(
                        CREATED,
                        UPDATING,
                        UPDATED,
                        UPDATE_FAILED,
                        UPGRADE_QUEUED,
                        UPGRADING,
                        UPGRADED,
                        UPGRADE_FAILED));
        assertThat(EnumSet.of(CREATING, CREATE_FAILED, DELETING, DELETE_FAILED, GONE))
                .noneMatch(Phase::usable);
    }
}
