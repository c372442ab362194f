package org.openpks.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.cli.testkit.Bodies;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.Keys;

/// The packaged command as a process.
class PksIT {
    private static final Path COMMAND =
            Path.of("..", "bin", "pks").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final FakePks pks = new FakePks();

    @TempDir
    Path home;

    @AfterEach
    void stop() {
        pks.close();
    }

    private Process start(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectOutput(home.resolve("out").toFile())
                .redirectError(home.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PKS_") || name.equals("KUBECONFIG"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }

    private String run(int expectedExit, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(COMMAND.toString()));
        command.addAll(List.of(words));
        var process = start(command);
        process.getOutputStream().close();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text("err")).isEqualTo(expectedExit);
        return text("out");
    }

    private String text(String stream) throws IOException {
        return Files.readString(home.resolve(stream), UTF_8);
    }

    private void login() throws IOException, InterruptedException {
        var ca = Files.writeString(home.resolve("ca.pem"), Keys.LOCALHOST.pem());
        run(
                0,
                "login",
                "-a",
                pks.address(),
                "--uaa",
                pks.address(),
                "-u",
                "alana",
                "-p",
                "x",
                "--ca-cert",
                ca.toString());
        // The process lives in the real present, the recorded tokens in the past of the other tests.
        pks.on("POST /oauth/token", Reply.json(200, FakePks.tokens("opaque", "refresh")));
    }

    @Test
    void runsFromAnywhereAndThroughLinks() throws IOException, InterruptedException {
        assertThat(run(0, "--version")).startsWith("PKS CLI version: 1.7.0");
        var link = Files.createSymbolicLink(home.resolve("pks"), COMMAND);
        var process = start(List.of(link.toString(), "--version"));
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(text("out")).startsWith("PKS CLI version: 1.7.0");
        assertThat(text("err")).isEmpty();
    }

    @Test
    void worksAgainstAnApiAcrossProcesses() throws IOException, InterruptedException {
        login();
        pks.on("GET /v1/plans", Reply.json(200, Bodies.PLANS));
        assertThat(run(0, "plans")).startsWith("Name    ID ").contains("small   8A0E21A8");
        pks.on("GET /v1/clusters/my-cluster", Reply.empty(404));
        assertThat(run(1, "cluster", "my-cluster")).isEmpty();
        assertThat(text("err")).isEqualTo("Error: Cluster my-cluster not found\n");
    }

    @Test
    void leavesTheOperationAloneWhenInterrupted() throws IOException, InterruptedException {
        login();
        pks.on("POST /v1/clusters", Reply.json(202, Bodies.cluster("CREATE", "in progress", "Creating cluster")));
        pks.on(
                "GET /v1/clusters/my-cluster/steps?since=0",
                Reply.json(
                        200,
                        Bodies.progress(
                                "CREATE",
                                "in progress",
                                0,
                                Bodies.step(1, "Creating missing vms", "master/0", "started", ""))));
        // A shell in the background has its children ignore the signal that this is about.
        var process = start(List.of(
                "env",
                "--default-signal=INT",
                COMMAND.toString(),
                "create-cluster",
                "my-cluster",
                "-e",
                "h",
                "-p",
                "small",
                "--wait"));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!text("out").contains("master/0")) {
            assertThat(System.nanoTime())
                    .as("the first step was shown: %s", text("err"))
                    .isLessThan(end);
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as(text("err"))
                    .isFalse();
        }
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(text("err"))
                .isEqualTo(
                        "\nNo longer waiting; the operation goes on. Use 'pks cluster my-cluster' to monitor the state of your cluster\n");
        assertThat(pks.requests()).noneMatch(request -> request.line().startsWith("DELETE"));
    }

    @Test
    void completesInBash() throws IOException, InterruptedException {
        login();
        pks.on("GET /v1/clusters", Reply.json(200, "[" + Bodies.cluster("CREATE", "succeeded", "") + "]"));
        pks.on("GET /v1/plans", Reply.json(200, Bodies.PLANS));
        var script = """
                source <(%1$s completion bash)
                try() { COMP_WORDS=(%1$s "$@"); COMP_CWORD=$#; COMPREPLY=(); _pks; echo "$*: ${COMPREPLY[*]}"; }
                try del
                try cluster ""
                try create-cluster c --plan = s
                try create-cluster c -p m
                complete -p pks
                """.formatted(COMMAND);
        var process = start(List.of("bash", "-c", script));
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(text("err")).isEmpty();
        assertThat(text("out")).isEqualTo("""
                del: delete-cluster delete-compute-profile delete-kubernetes-profile delete-network-profile delete-quota
                cluster : my-cluster
                create-cluster c --plan = s: small
                create-cluster c -p m: medium
                complete -F _pks pks
                """);
    }

    @Test
    void proposesNothingAloudWhenTheApiIsAway() throws IOException, InterruptedException {
        login();
        pks.close();
        assertThat(run(0, "__complete", "cluster", "")).isEmpty();
        assertThat(text("err")).isEmpty();
    }

    @Test
    void refreshesOnceForManyKubectls() throws IOException, InterruptedException {
        login();
        Files.createDirectories(home.resolve(".pks/credentials"));
        Files.writeString(
                home.resolve(".pks/credentials/my-cluster@localhost-%d.yml".formatted(pks.port())),
                """
                uaa: %s
                client: pks_cluster_client
                refresh_token: once
                skip_ssl_validation: "true"
                token: old
                ends: "2020-01-01T00:00:00Z"
                """.formatted(pks.address()));
        var token = FakePks.token(Duration.ofDays(36_500).toSeconds());
        pks.on(
                "POST /oauth/token",
                Reply.json(200, "{\"id_token\":\"%s\",\"refresh_token\":\"next\"}".formatted(token)),
                Reply.json(401, "{\"error\":\"invalid_token\"}"));
        var one = "%s exec-credential my-cluster --api %s".formatted(COMMAND, pks.address());
        var process = start(List.of("bash", "-c", "%1$s & %1$s & %1$s & %1$s & wait".formatted(one)));
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(text("err")).isEmpty();
        assertThat(text("out").split(token, -1)).hasSize(5);
    }
}
