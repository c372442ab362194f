package org.openpks.api.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.api.access.Principal;
import org.openpks.api.cluster.Phase;

class TaskTests {

    /// Clusters are named by their number and written by the first letter of their state, canaries in capitals.
    @ParameterizedTest
    @CsvSource(textBlock = """
        # clusters, at once, due
        qqq,        1,       0
        qqq,        2,       0 1
        qqq,        9,       0 1 2
        iqq,        1,       ''
        iqq,        2,       1
        isq,        2,       2
        sfq,        2,       2
        ffq,        1,       2
        QQqq,       3,       0
        IQqq,       3,       ''
        SQqq,       3,       1
        SIqq,       3,       ''
        SSqq,       3,       2 3
        SSiq,       1,       ''
        FQqq,       3,       ''
        SFqq,       3,       ''
        WSqq,       1,       2
        sss,        1,       ''
        """)
    void whoseTurnItIs(String clusters, int atOnce, String due) {
        assertThat(String.join(
                        " ",
                        task(clusters, atOnce, false, false).due().stream()
                                .map(Task.Item::name)
                                .toList()))
                .isEqualTo(due);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        # clusters, canceled, ended, status
        qq,         false,    false, not started
        iq,         false,    false, in progress
        sq,         false,    false, in progress
        ss,         false,    true,  done
        FW,         false,    true,  done
        iw,         true,     false, canceled
        sw,         true,     true,  canceled
        """)
    void howFarItIs(String clusters, boolean canceled, boolean ended, String status) {
        assertThat(task(clusters, 1, canceled, ended).status().word()).isEqualTo(status);
    }

    @Test
    void isOverWhenNothingWaitsOrRuns() {
        assertThat(task("sfw", 1, false, false).over()).isTrue();
        assertThat(task("sfq", 1, false, false).over()).isFalse();
        assertThat(task("sfi", 1, false, false).over()).isFalse();
    }

    private static Task task(String clusters, int atOnce, boolean canceled, boolean ended) {
        var items = new ArrayList<Task.Item>();
        for (char letter : clusters.toCharArray()) {
            var state =
                    switch (Character.toLowerCase(letter)) {
                        case 'q' -> Task.State.QUEUED;
                        case 'i' -> Task.State.IN_PROGRESS;
                        case 's' -> Task.State.SUCCEEDED;
                        case 'f' -> Task.State.FAILED;
                        case 'w' -> Task.State.WITHDRAWN;
                        default -> throw new IllegalArgumentException(clusters);
                    };
            items.add(new Task.Item(
                    UUID.randomUUID(),
                    Integer.toString(items.size()),
                    Character.isUpperCase(letter),
                    state,
                    Phase.CREATED,
                    "",
                    Optional.empty(),
                    Optional.empty()));
        }
        return new Task(
                UUID.randomUUID(),
                new Principal(Principal.Kind.USER, "cody"),
                atOnce,
                canceled,
                Instant.EPOCH,
                ended ? Optional.of(Instant.EPOCH) : Optional.empty(),
                items);
    }
}
