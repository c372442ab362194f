package org.openpks.server.errand;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The order of things and the clean-up, with programs that only write down how they are called.
class SmokeTestsTests {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();

    @Test
    void makesAClusterLooksAtItAndDeletesIt() throws IOException {
        assertThat(run("")).isTrue();

        var calls = calls();
        assertThat(calls.stream().map(SmokeTestsTests::word).distinct())
                .containsExactly(
                        "pks login",
                        "pks clusters",
                        "pks create-cluster",
                        "pks get-credentials",
                        "kubectl get",
                        "kubectl auth",
                        "kubectl wrong",
                        "kubectl run",
                        "kubectl wait",
                        "kubectl exec",
                        "pks resize",
                        "pks cluster",
                        "pks delete-cluster");
        assertThat(out.toString()).contains("The smoke tests passed.");
        assertThat(directory.resolve("home")).doesNotExist();
    }

    @Test
    void deletesTheClusterAlsoAfterAFailure() throws IOException {
        assertThat(run("if [ \"$1\" = get-credentials ]; then echo 'Error: no credentials today'; exit 1; fi"))
                .isFalse();
        assertThat(out.toString())
                .contains("FAILED  fetch credentials: Error: no credentials today")
                .contains("The smoke tests failed.");
        assertThat(calls().getLast()).startsWith("pks delete-cluster smoke-tests-");
        assertThat(directory.resolve("home")).doesNotExist();
    }

    @Test
    void saysThatTheClusterIsLeftWhenItCannotBeDeleted() throws IOException {
        assertThat(run("if [ \"$1\" = delete-cluster ]; then echo 'Error: in use'; exit 1; fi"))
                .isFalse();
        assertThat(out.toString())
                .containsPattern("FAILED  delete the cluster: Error: in use. 'pks delete-cluster smoke");
    }

    @Test
    void makesAndDeletesNothingWhenItCannotLogIn() throws IOException {
        assertThat(run("if [ \"$1\" = login ]; then echo 'Error: rejected'; exit 1; fi"))
                .isFalse();
        assertThat(calls()).hasSize(1);
    }

    @Test
    void removesWhatAnErrandThatWasKilledLeft() throws IOException {
        assertThat(
                        run(
                                "if [ \"$1\" = clusters ]; then echo '[{\"name\":\"smoke-tests-0a1b2c3d\"},{\"name\":\"mine\"}]'; fi"))
                .isTrue();
        assertThat(calls()).contains("pks delete-cluster smoke-tests-0a1b2c3d --wait --non-interactive");
        assertThat(calls()).noneMatch(call -> call.contains("mine"));
    }

    @Test
    void handsThePasswordOverByInputAlone() throws IOException {
        run("if [ \"$1\" = login ]; then cat >" + directory.resolve("password") + "; fi");
        assertThat(directory.resolve("password")).hasContent("geheim");
        assertThat(calls()).noneMatch(call -> call.contains("geheim"));
        assertThat(out.toString()).doesNotContain("geheim");
    }

    private boolean run(String pks) throws IOException {
        var log = directory.resolve("calls");
        var pksProgram = script("pks", "echo pks \"$@\" >>" + log + "\n" + pks);
        var kubectl = script("kubectl", """
                shift 2
                [ "$1" != --token ] || { echo kubectl wrong >>%1$s; exit 1; }
                echo kubectl "$@" >>%1$s
                case $1 in
                get)
                  echo "w-1   Ready   <none>   1m   v1"
                  if grep -q "pks resize" %1$s; then echo "w-2   Ready   <none>   1m   v1"; fi
                  ;;
                exec) echo 10.100.200.1 ;;
                esac
                """.formatted(log));
        return new SmokeTests(
                        directory.resolve("home"),
                        new SmokeTests.Tools(pksProgram, kubectl, directory),
                        new SmokeTests.Login("https://api", "https://uaa", "admin", "geheim", directory.resolve("ca")),
                        "small",
                        Duration.ofSeconds(20),
                        new Report(new PrintWriter(out), InstantSource.system()),
                        InstantSource.system())
                .run();
    }

    private Path script(String name, String text) throws IOException {
        var file = Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(file, "#!/bin/bash\n" + text + "\n");
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(directory.resolve("calls"));
    }

    private static String word(String call) {
        return String.join(" ", List.of(call.split(" ")).subList(0, 2));
    }
}
