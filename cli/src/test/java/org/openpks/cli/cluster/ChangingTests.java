package org.openpks.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openpks.cli.testkit.Bodies.cluster;
import static org.openpks.cli.testkit.Bodies.progress;
import static org.openpks.cli.testkit.Bodies.step;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.cli.terminal.Terminal;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.PksRun;

/// `create-cluster`, `resize`, `update-cluster`, `upgrade-cluster` and `delete-cluster`.
class ChangingTests {
    private static final String POINTER = "Use 'pks cluster my-cluster' to monitor the state of your cluster\n";
    private static final String MISSING_VMS = "Creating missing vms";

    private final FakePks pks = new FakePks();

    @TempDir
    Path home;

    @BeforeEach
    void login() {
        new PksRun(home).loggedIn(pks);
    }

    @AfterEach
    void stop() {
        pks.close();
    }

    private PksRun.Result run(String words) {
        return new PksRun(home).run(words.split(" "));
    }

    private PksRun.Result answering(String input, String words) {
        return new PksRun(home).input(input).run(words.split(" "));
    }

    private static Reply ok(String body) {
        return Reply.json(200, body);
    }

    @Test
    void createsAClusterAndSaysHowToFollowIt() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        var result =
                run("create-cluster my-cluster -e my-cluster.example.com -p small --num-nodes 3 --non-interactive");
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .startsWith("PKS Version:              1.7.0-build.1\nName:                     my-cluster\n")
                .contains("Last Action State:        in progress\n")
                .endsWith("Tags:\n\n" + POINTER);
        var request = pks.requests("POST /v1/clusters").getFirst();
        assertThat(request.contentType()).isEqualTo("application/json");
        assertThat(request.body())
                .isEqualTo("{\"name\":\"my-cluster\",\"plan_name\":\"small\",\"parameters\":"
                        + "{\"kubernetes_master_host\":\"my-cluster.example.com\",\"kubernetes_worker_instances\":3}}");
    }

    @Test
    void takesAnEmptyValueForNone() {
        var update =
                Arrays.asList("update-cluster", "my-cluster", "--kubelet-drain-timeout", "", "--network-profile", "");
        assertThat(new PksRun(home).run(update.toArray(String[]::new)).err())
                .startsWith("Error: nothing to update: give at least one setting");
        pks.on("PATCH /v1/clusters/my-cluster", Reply.empty(202));
        var more = Stream.concat(update.stream(), Stream.of("--compute-profile", "", "--num-nodes", "3"));
        assertThat(new PksRun(home)
                        .input("y\n")
                        .run(more.toArray(String[]::new))
                        .out())
                .startsWith("Update summary for cluster my-cluster:\nWorker Number: 3\nAre you sure");
        assertThat(pks.requests("PATCH /v1/clusters/my-cluster").getLast().body())
                .isEqualTo("{\"kubernetes_worker_instances\":3}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resize my-cluster",
                "update-cluster my-cluster --num-nodes 3",
                "delete-cluster my-cluster",
                "upgrade-cluster my-cluster",
                "upgrade-clusters -c my-cluster",
                "rotate-certificates my-cluster",
                "delete-k8s-profile my-profile",
                "delete-quota cody"
            })
    void asksNothingOfSomebodyWhoIsNotLoggedIn(String words) {
        run("logout");
        assertThat(answering("y\n", words))
                .isEqualTo(new PksRun.Result(
                        1, "", "Error: You are not currently authenticated. Please log in to continue\n"));
    }

    @Test
    void saysThatAChangeMayHaveBeenMadeWhenTheAnswerIsLost() {
        pks.otherwise(Reply.none());
        var result = run("create-cluster my-cluster -e my-cluster.example.com -p small");
        assertThat(result.exit()).isOne();
        assertThat(result.err())
                .startsWith("Error: The connection to the PKS API at %s broke off (".formatted(pks.address()))
                .endsWith("\nThe change may have been made all the same: look at it before you ask for it again.\n");
        assertThat(pks.requests("POST /v1/clusters")).hasSize(1);
        assertThat(run("clusters").err()).contains("broke off").hasLineCount(1);
    }

    @Test
    void leavesTheNumberOfWorkersToThePlan() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        run("create-cluster my-cluster -e my-cluster.example.com -p small");
        assertThat(pks.requests("POST /v1/clusters").getFirst().body()).doesNotContain("kubernetes_worker_instances");
    }

    @Test
    void escapesWhatPeopleType() {
        pks.on("POST /v1/clusters", Reply.refusal(422, "The name is malformed."));
        var result = new PksRun(home).run("create-cluster", "a\"\\\n&", "-e", "h", "-p", "s");
        assertThat(result.err()).isEqualTo("Error: The name is malformed.\n");
        assertThat(pks.requests("POST /v1/clusters").getFirst().body()).startsWith("{\"name\":\"a\\\"\\\\\\n&\",");
    }

    @Test
    void waitsAndShowsOneLinePerStep() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                ok(progress("CREATE", "in progress", 1, step(1, MISSING_VMS, "master/0", "started", ""))));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=1",
                ok(progress(
                        "CREATE",
                        "in progress",
                        3,
                        step(1, MISSING_VMS, "master/0", "finished", ""),
                        step(2, MISSING_VMS, "worker/0", "started", ""))));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=3",
                ok(progress("CREATE", "succeeded", 4, step(2, MISSING_VMS, "worker/0", "finished", ""))));
        pks.on("GET /v1/clusters/my-cluster", ok(cluster("CREATE", "succeeded", "Instance provisioning completed")));
        var result = run("create-cluster my-cluster -e my-cluster.example.com -p small --wait");
        assertThat(result.exit()).isZero();
        assertThat(result.out().replaceAll(" *[0-9.]+s  ", "T "))
                .startsWith("T Creating missing vms: master/0\nT Creating missing vms: worker/0\n\nPKS Version: ")
                .contains("Last Action State:        succeeded\n");
        assertThat(pks.requests("GET /v1/clusters/my-cluster")).hasSize(1);
    }

    @Test
    void drawsTheStepsOnATerminal() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                ok(progress("CREATE", "succeeded", 1, step(1, MISSING_VMS, "master/0", "finished", ""))));
        pks.on("GET /v1/clusters/my-cluster", ok(cluster("CREATE", "succeeded", "")));
        var result = new PksRun(home)
                .kind(new Terminal.Kind(true, true, 80, 24))
                .run("create-cluster", "my-cluster", "-e", "h", "-p", "s", "--wait");
        assertThat(result.out())
                .contains("Creating cluster my-cluster  0.", "  ✓ Creating missing vms  master/0  2.2s\n");
    }

    @Test
    void keepsStandardOutputForJson() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                ok(progress("CREATE", "succeeded", 1, step(1, MISSING_VMS, "master/0", "finished", ""))));
        pks.on("GET /v1/clusters/my-cluster", ok(cluster("CREATE", "succeeded", "")));
        var result = run("create-cluster my-cluster -e h -p s --wait --json");
        assertThat(result.out())
                .startsWith("{\n   \"name\": \"my-cluster\",")
                .contains("\"last_action_state\": \"succeeded\"")
                .endsWith("}\n");
        assertThat(result.err()).contains("Creating missing vms: master/0");
    }

    @Test
    void failsWithTheCauseOfTheOperation() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                ok(progress(
                        "CREATE",
                        "failed",
                        1,
                        step(1, "Updating instance master", "master/0", "failed", "etcd did not start"))));
        pks.on(
                "GET /v1/clusters/my-cluster",
                ok(cluster("CREATE", "failed", "Instance provisioning failed: etcd did not start")));
        var result = run("create-cluster my-cluster -e h -p s --wait");
        assertThat(result.exit()).isOne();
        assertThat(result.out()).contains("Updating instance master: master/0 failed: etcd did not start\n");
        assertThat(result.err()).isEqualTo("Error: Instance provisioning failed: etcd did not start\n");
    }

    @Test
    void waitsOnAServerThatTellsNoSteps() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on(
                "GET /v1/clusters/my-cluster",
                ok(cluster("CREATE", "in progress", "Instance provisioning in progress")),
                ok(cluster("CREATE", "succeeded", "Instance provisioning completed")));
        var result = run("create-cluster my-cluster -e h -p s --wait");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).containsOnlyOnce("s  Instance provisioning in progress\n");
        assertThat(pks.requests("GET /v1/clusters/my-cluster/steps?since=0")).hasSize(1);
    }

    @Test
    void keepsWaitingWhileTheApiIsAway() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on("GET /v1/clusters/my-cluster/steps?since=0", Reply.html(503), ok(progress("CREATE", "succeeded", 1)));
        pks.on("GET /v1/clusters/my-cluster", ok(cluster("CREATE", "succeeded", "")));
        var result = run("create-cluster my-cluster -e h -p s --wait");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("The PKS API does not answer; trying again\n");
    }

    @Test
    void noticesThatAnotherOperationTookOver() {
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on("GET /v1/clusters/my-cluster/steps?since=0", ok(progress("DELETE", "in progress", 1)));
        pks.on("GET /v1/clusters/my-cluster", ok(cluster("DELETE", "in progress", "")));
        assertThat(run("create-cluster my-cluster -e h -p s --wait").err())
                .isEqualTo("Error: Another operation on cluster my-cluster has begun: DELETE, in progress.\n");
    }

    @Test
    void asksBeforeItResizes() {
        pks.on("PATCH /v1/clusters/my-cluster", Reply.empty(202));
        assertThat(answering("y\n", "resize my-cluster --num-nodes 5"))
                .isEqualTo(new PksRun.Result(
                        0, "Are you sure you want to resize cluster my-cluster to 5? (y/n): \n" + POINTER, ""));
        assertThat(pks.requests("PATCH /v1/clusters/my-cluster").getFirst().body())
                .isEqualTo("{\"kubernetes_worker_instances\":5}");
    }

    @Test
    void resizesAndWaits() {
        pks.on("PATCH /v1/clusters/my-cluster", Reply.empty(202));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                ok(progress("CREATE", "succeeded", 9)),
                ok(progress(
                        "UPDATE", "succeeded", 1, step(1, "Updating instance worker", "worker/0", "finished", ""))));
        pks.on(
                "GET /v1/clusters/my-cluster",
                ok(cluster("UPDATE", "in progress", "")),
                ok(cluster("UPDATE", "succeeded", "")));
        var result = run("resize my-cluster -n 3 --non-interactive --wait");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("Updating instance worker: worker/0\n", "Last Action:              UPDATE\n");
    }

    @Test
    void doesNothingAfterANo() {
        assertThat(answering("maybe\nn\n", "resize my-cluster -n 5").out()).contains("Please answer y or n.\n");
        assertThat(answering("N\n", "delete-cluster my-cluster"))
                .isEqualTo(new PksRun.Result(0, "Are you sure you want to delete cluster my-cluster? (y/n)\n", ""));
        assertThat(pks.requests()).hasSize(1);
    }

    @Test
    void failsWhenNobodyAnswers() {
        var result = answering("", "delete-cluster my-cluster");
        assertThat(result.exit()).isOne();
        assertThat(result.err())
                .isEqualTo("Error: the question was not answered; use --non-interactive where nobody can answer\n");
    }

    @Test
    void summarisesAnUpdateBeforeAsking() {
        pks.on("PATCH /v1/clusters/my-cluster", Reply.empty(202));
        assertThat(answering("y\n", "update-cluster my-cluster --num-nodes 4").out())
                .isEqualTo(
                        "Update summary for cluster my-cluster:\nWorker Number: 4\nAre you sure you want to continue? (y/n): \n"
                                + POINTER);
    }

    @Test
    void upgradesAfterAWarning() {
        pks.on("PATCH /v1/clusters", ok("{\"uuid\":\"d772aba0\",\"type\":\"UPGRADE\",\"status\":\"in progress\"}"));
        assertThat(answering("y\n", "upgrade-cluster my-cluster").out()).isEqualTo("""
                You are about to upgrade my-cluster.
                Warning: This operation may be long running and may block further operations on the cluster(s) until complete

                Continue? (y/n):
                """ + POINTER);
        assertThat(pks.requests("PATCH /v1/clusters").getFirst().body()).isEqualTo("{\"clusters\":[\"my-cluster\"]}");
        assertThat(run("upgrade-cluster my-cluster --non-interactive --json").out())
                .contains("\"uuid\": \"d772aba0\"");
        assertThat(answering("n\n", "upgrade-cluster my-cluster").exit()).isZero();
        assertThat(pks.requests("PATCH /v1/clusters")).hasSize(2);
    }

    @Test
    void upgradesAndWaits() {
        pks.on("PATCH /v1/clusters", ok("{\"uuid\":\"d772aba0\"}"));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                ok(progress("CREATE", "succeeded", 9)),
                ok(progress(
                        "UPGRADE", "succeeded", 1, step(1, "Updating instance master", "master/0", "finished", ""))));
        pks.on(
                "GET /v1/clusters/my-cluster",
                ok(cluster("UPGRADE", "in progress", "")),
                ok(cluster("UPGRADE", "succeeded", "")));
        var result = run("upgrade-cluster my-cluster --non-interactive --wait");
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("Updating instance master: master/0\n", "Last Action:              UPGRADE\n");
    }

    @Test
    void tellsWhyAnUpgradeIsRefused() {
        pks.on("PATCH /v1/clusters", Reply.refusal(422, "Upgrade the cluster to 1.37 first."));
        assertThat(run("upgrade-cluster my-cluster --non-interactive").err())
                .isEqualTo("Error: Upgrade the cluster to 1.37 first.\n");
        pks.on("PATCH /v1/clusters", Reply.refusal(404, "Cluster my-cluster not found"));
        assertThat(run("upgrade-cluster my-cluster --non-interactive").err())
                .isEqualTo("Error: Cluster my-cluster not found\n");
    }

    @Test
    void deletesAfterAYes() {
        pks.on("DELETE /v1/clusters/my-cluster", Reply.empty(204));
        assertThat(answering("y\n", "delete-cluster my-cluster"))
                .isEqualTo(new PksRun.Result(
                        0,
                        "Are you sure you want to delete cluster my-cluster? (y/n)\nDeletion of my-cluster in progress\n"
                                + POINTER,
                        ""));
    }

    @Test
    void waitsUntilTheClusterIsGone() {
        pks.on("DELETE /v1/clusters/my-cluster", Reply.empty(204));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                ok(progress("DELETE", "in progress", 0, step(1, "Deleting instances", "worker/0", "started", ""))),
                Reply.empty(404));
        pks.on("GET /v1/clusters/my-cluster", Reply.refusal(404, "Cluster my-cluster not found"));
        var result = run("delete-cluster my-cluster --non-interactive --wait");
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("Deleting instances: worker/0\n")
                .endsWith("Deletion of my-cluster completed\n");
    }

    @Test
    void passesOnRefusals() {
        var busy = "An operation is in progress for your service instance. Please try again later.";
        pks.on("PATCH /v1/clusters/my-cluster", Reply.refusal(409, busy));
        assertThat(run("resize my-cluster -n 2 --non-interactive").err()).isEqualTo("Error: " + busy + "\n");
        pks.on("DELETE /v1/clusters/my-cluster", Reply.empty(404));
        assertThat(run("delete-cluster my-cluster --non-interactive").err())
                .isEqualTo("Error: Cluster my-cluster not found\n");
        pks.on("POST /v1/clusters", Reply.refusal(409, "A cluster of that name exists."));
        assertThat(run("create-cluster my-cluster -e h -p s").err())
                .isEqualTo("Error: A cluster of that name exists.\n");
    }
}
