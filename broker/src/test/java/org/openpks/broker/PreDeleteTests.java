package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plan whose clusters are left in order: two errands, and only then the deletion.
class PreDeleteTests {

    @TempDir
    Path directory;

    private FakeDirector director;
    private TestBroker broker;

    @BeforeEach
    void start() throws IOException {
        director = new FakeDirector();
        broker = new TestBroker(
                director,
                directory,
                Duration.ZERO,
                text -> text.replace(
                        "lifecycle_errands: {",
                        "lifecycle_errands: {pre_delete: [{name: export-data, instances: [master/0]}, {name: sign-off}], "));
        broker.created("a");
    }

    @AfterEach
    void stop() {
        broker.close();
        director.close();
    }

    @Test
    void runsEveryErrandBeforeItDeletes() {
        var deletion = broker.deprovision("a").text("operation");
        var first = director.only("run errand export-data");
        poll(deletion, "in progress");
        assertThat(director.count("run errand sign-off")).isZero();
        director.finish(first);
        poll(deletion, "in progress");
        var second = director.only("run errand sign-off");
        assertThat(second.contextId).isEqualTo(first.contextId);
        poll(deletion, "in progress");
        assertThat(director.count("delete deployment")).isZero();
        director.finish(second);
        poll(deletion, "in progress");
        director.finish(director.only("delete deployment"));
        poll(deletion, "succeeded");
        assertThat(director.deployments).isEmpty();
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @Test
    void goesOnInAnotherProcess() {
        var deletion = broker.deprovision("a").text("operation");
        director.finish(director.only("run errand export-data"));
        broker.restart();
        assertThat(broker.finish("a", deletion).text("state")).isEqualTo("succeeded");
        assertThat(director.count("run errand export-data")).isEqualTo(1);
        assertThat(director.count("run errand sign-off")).isEqualTo(1);
        assertThat(director.count("delete deployment")).isEqualTo(1);
    }

    @Test
    void deletesNothingWhenAnErrandFails() {
        var deletion = broker.deprovision("a").text("operation");
        var first = director.only("run errand export-data");
        director.errandResult(first, 4, "", "the bucket is full");
        director.finish(first);
        var failed = poll(deletion, "failed");
        assertThat(failed.text("description"))
                .startsWith("Instance deletion failed")
                .contains("the bucket is full");
        assertThat(director.count("delete deployment")).isZero();
        assertThat(director.deployments).containsKey("service-instance_a");

        var again = broker.deprovision("a").text("operation");
        assertThat(broker.finish("a", again).text("state")).isEqualTo("succeeded");
        assertThat(director.count("run errand export-data")).isEqualTo(2);
        assertThat(director.deployments).isEmpty();
    }

    private TestBroker.Answer poll(String operation, String state) {
        var answer = broker.poll("a", operation);
        assertThat(answer.text("state")).as(answer.body().toString()).isEqualTo(state);
        return answer;
    }
}
