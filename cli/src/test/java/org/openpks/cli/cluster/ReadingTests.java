package org.openpks.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.cli.testkit.Bodies;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.PksRun;

/// `plans`, `clusters` and `cluster`.
class ReadingTests {
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

    private PksRun.Result run(String... words) {
        return new PksRun(home).run(words);
    }

    private void fails(Reply reply, String message) {
        pks.on("GET /v1/plans", reply);
        assertThat(run("plans")).isEqualTo(new PksRun.Result(1, "", "Error: " + message + "\n"));
    }

    @Test
    void printsPlansAsATable() {
        pks.on("GET /v1/plans", Reply.json(200, Bodies.PLANS));
        assertThat(run("plans")).isEqualTo(new PksRun.Result(0, """
                        Name    ID                                    Description
                        small   8A0E21A8-8072-4D80-B365-D1F502085560  One master, three workers.
                        medium  58375a45-17f7-4291-acf1-455bfdc8e371  Three masters.
                        """, ""));
    }

    @Test
    void printsJsonAsItCameWithThreeSpaces() {
        pks.on(
                "GET /v1/plans",
                Reply.json(
                        200,
                        "[{\"id\":\"A\",\"n\":1.50,\"none\":null,\"list\":[],\"map\":{},\"allow-privileged-containers\":false}]"));
        assertThat(run("plans", "--json").out()).isEqualTo("""
                        [
                           {
                              "id": "A",
                              "n": 1.50,
                              "none": null,
                              "list": [],
                              "map": {},
                              "allow-privileged-containers": false
                           }
                        ]
                        """);
    }

    @Test
    void printsClustersAsATable() {
        pks.on("GET /v1/clusters", Reply.json(200, "[" + Bodies.cluster("CREATE", "succeeded", "") + "]"));
        var table = """
                PKS Version    Name        k8s Version  Plan Name  UUID                                  Status     Action
                1.7.0-build.1  my-cluster  1.37.2       small      4b1a9b6d-3594-4cad-ad0f-22043fb26480  succeeded  CREATE
                """;
        assertThat(run("clusters")).isEqualTo(new PksRun.Result(0, table, ""));
        assertThat(run("list-clusters").out()).isEqualTo(table);
    }

    @Test
    void announcesAnUpgradeAboveTheTable() {
        var old = Bodies.cluster("CREATE", "succeeded", "")
                .replace(
                        "\"available_upgrades\":[]",
                        "\"available_upgrades\":[{\"component\":\"pks\",\"version\":\"1.7.0-build.2\"}]");
        pks.on("GET /v1/clusters", Reply.json(200, "[" + old + "]"));
        assertThat(run("clusters").out())
                .startsWith("Upgrade is available to PKS Version: 1.7.0-build.2\n\nPKS Version    Name");
        pks.on(
                "GET /v1/clusters",
                Reply.json(
                        200,
                        "[" + old.replace("pks\",\"version\":\"1.7.0-build.2", "k8s\",\"version\":\"1.37.2") + "]"));
        assertThat(run("clusters").out())
                .startsWith("Upgrade is available to k8s Version: 1.37.2\n\nPKS Version    Name");
    }

    @Test
    void printsACluster() {
        pks.on(
                "GET /v1/clusters/my-cluster",
                Reply.json(200, Bodies.cluster("CREATE", "in progress", "Creating cluster")));
        assertThat(run("cluster", "my-cluster")).isEqualTo(new PksRun.Result(0, """
                        PKS Version:              1.7.0-build.1
                        Name:                     my-cluster
                        K8s Version:              1.37.2
                        Plan Name:                small
                        UUID:                     4b1a9b6d-3594-4cad-ad0f-22043fb26480
                        Last Action:              CREATE
                        Last Action State:        in progress
                        Last Action Description:  Creating cluster
                        Kubernetes Master Host:   my-cluster.example.com
                        Kubernetes Master Port:   8443
                        Worker Nodes:             3
                        Kubernetes Master IP(s):  In Progress
                        Network Profile Name:
                        Kubernetes Profile Name:
                        Tags:
                        """, ""));
    }

    @Test
    void joinsAddressesAndTags() {
        pks.on(
                "GET /v1/clusters/my-cluster",
                Reply.json(
                        200,
                        Bodies.cluster("CREATE", "succeeded", "")
                                .replace("[\"100.96.1.2\"]", "[\"100.96.1.2\",\"100.96.1.3\"]")
                                .replace(
                                        "\"cluster_tags\":[]",
                                        "\"cluster_tags\":[{\"name\":\"client\",\"value\":\"tiny\"},{\"name\":\"only\",\"value\":\"\"}]")));
        assertThat(run("cluster", "my-cluster").out())
                .contains(
                        "Kubernetes Master IP(s):  100.96.1.2, 100.96.1.3\n",
                        "Tags:                     client:tiny,only\n");
    }

    @Test
    void saysThatAClusterIsMissing() {
        pks.on("GET /v1/clusters/my-cluster", Reply.refusal(404, "no such thing"));
        assertThat(run("cluster", "my-cluster"))
                .isEqualTo(new PksRun.Result(1, "", "Error: Cluster my-cluster not found\n"));
    }

    @Test
    void neverAsksForNamesThatNoClusterCanHave() {
        for (var name : new String[] {"../plans", "a/b", "a?b", "ü", "a%2fb", ".."}) {
            assertThat(run("cluster", name).err()).isEqualTo("Error: Cluster %s not found\n".formatted(name));
        }
        assertThat(pks.requests()).allMatch(request -> request.line().equals("POST /oauth/token"));
    }

    @Test
    void neverPrintsControlCharactersOfOthers() {
        pks.on(
                "GET /v1/plans",
                Reply.json(
                        200,
                        "[{\"id\":\"\\u001b]0;x\\u0007\",\"name\":\"a\\nb\",\"description\":\"\\u202eevil\\u009b1m\"}]"));
        assertThat(run("plans").out())
                .isEqualTo("Name  ID                Description\na b   \\u001b]0;x\\u0007  \\u202eevil\\u009b1m\n");
        assertThat(run("plans", "--json").out()).contains("\\u001b]0;x\\u0007", "a\\nb", "\\u202eevil\\u009b1m");
        fails(Reply.json(422, "{\"body\":\"no\\u001b[2Jt\\nso\"}"), "no\\u001b[2Jt so");
    }

    @Test
    void passesOnWhatTheApiSays() {
        fails(Reply.refusal(400, "Plan unknown."), "Plan unknown.");
        fails(
                Reply.refusal(500, "An error occurred in the PKS API when processing"),
                "An error occurred in the PKS API when processing");
    }

    @Test
    void hasItsOwnWordsForAnApiWithoutAny() {
        fails(
                Reply.empty(403),
                "You do not have enough privileges to perform this action. Please contact the PKS administrator.");
        fails(Reply.json(500, "{\"timestamp\":1}"), "An error occurred in the PKS API when processing");
        fails(Reply.empty(400), pks.address() + " answered HTTP 400 with no reason. Is a PKS API at that address?");
    }

    @Test
    void recognisesAnswersThatAreNotFromAPksApi() {
        fails(Reply.html(502), pks.address() + " answered HTTP 502 with a web page. Is a PKS API at that address?");
        fails(Reply.html(200), pks.address() + " answered HTTP 200 with a web page. Is a PKS API at that address?");
        fails(
                Reply.json(200, "[{\"id\":"),
                pks.address() + " answered HTTP 200 with something that is not JSON. Is a PKS API at that address?");
        fails(
                Reply.json(200, "[] []"),
                pks.address() + " answered HTTP 200 with something that is not JSON. Is a PKS API at that address?");
        fails(Reply.empty(200), pks.address() + " answered HTTP 200 with an empty body. Is a PKS API at that address?");
        fails(
                Reply.json(200, "{}"),
                pks.address()
                        + " answered HTTP 200 with something else than was asked for. Is a PKS API at that address?");
        fails(
                Reply.json(200, "[".repeat(100_000)),
                pks.address() + " answered HTTP 200 with something that is not JSON. Is a PKS API at that address?");
    }

    @Test
    void saysThatTheApiIsDown() {
        pks.close();
        assertThat(run("plans").err())
                .isEqualTo("Error: No connection to the PKS API at %s: it is not running, or the address is wrong.\n"
                        .formatted(pks.address()));
    }
}
