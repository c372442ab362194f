package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TranscriptTests {

    private final Map<String, String> known = new HashMap<>(Map.of("api", "localhost:9021"));

    @Test
    void readsCommandsWithWhatTheyPrint() {
        var calls = Transcript.of("""
                        A remark.
                        $ pks plans
                        Name
                        # said to the reader
                        small

                        $ pks nonsense
                        Error: x
                        [exit 1]
                        $ pks logout
                        """).calls();

        assertThat(calls)
                .extracting(Transcript.Call::command)
                .containsExactly("pks plans", "pks nonsense", "pks logout");
        assertThat(calls).extracting(Transcript.Call::expected).containsExactly("Name\nsmall\n", "Error: x\n", "");
        assertThat(calls).extracting(Transcript.Call::fails).containsExactly(false, true, false);
        assertThat(calls.get(1).line()).isEqualTo(7);
    }

    @Test
    void comparesTheWholeOutput() {
        var call = only("$ pks clusters\nName  {uuid}\n{lines}\nend\n");

        assertThat(call.matches("Name  5b1a9b6d-3594-4cad-ad0f-22043fb26480\nend\n", known))
                .isTrue();
        assertThat(call.matches("Name  5b1a9b6d-3594-4cad-ad0f-22043fb26480\na\nb\nend\n", known))
                .isTrue();
        assertThat(call.matches("Name  none\nend\n", known)).isFalse();
        assertThat(call.matches("Name  5b1a9b6d-3594-4cad-ad0f-22043fb26480\nend\nmore\n", known))
                .isFalse();
        assertThat(call.matches("", known)).isFalse();
    }

    @Test
    void keepsWhatLaterCommandsName() {
        var first = only("$ pks upgrade\nTask {my_task=uuid} on {api}\n{my_task} is done\n");
        assertThat(first.matches(
                        "Task 5b1a9b6d-3594-4cad-ad0f-22043fb26480 on localhost:9021\n00000000-3594-4cad-ad0f-22043fb26480 is done\n",
                        known))
                .isFalse();
        assertThat(first.matches(
                        "Task 5b1a9b6d-3594-4cad-ad0f-22043fb26480 on localhost:9021\n5b1a9b6d-3594-4cad-ad0f-22043fb26480 is done\n",
                        known))
                .isTrue();

        var later = only("$ pks task {my_task} {unknown}\n{my_task}\n");
        assertThat(later.command(known)).isEqualTo("pks task 5b1a9b6d-3594-4cad-ad0f-22043fb26480 {unknown}");
        assertThat(later.matches("5b1a9b6d-3594-4cad-ad0f-22043fb26480\n", known))
                .isTrue();
        assertThat(later.matches("00000000-3594-4cad-ad0f-22043fb26480\n", known))
                .isFalse();
    }

    private static Transcript.Call only(String text) {
        return Transcript.of(text).calls().getFirst();
    }
}
