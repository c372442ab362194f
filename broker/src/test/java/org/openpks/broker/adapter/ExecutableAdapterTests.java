package org.openpks.broker.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter.DashboardUrl;
import org.openpks.adapter.ServiceAdapter.DeleteBinding;
import org.openpks.kernel.Fault;

/// Programs that behave badly, as programs may.
class ExecutableAdapterTests {

    private static final Plan PLAN = new Plan(Map.of(), List.of(), Optional.empty(), Plan.LifecycleErrands.NONE);
    private static final DeleteBinding UNBIND =
            new DeleteBinding("b", Map.of(), "name: x", Map.of(), Map.of("((a))", "a-secret-value"));

    @TempDir
    private Path directory;

    @Test
    void handsSecretsOverByInputAndNeverAsAnArgument() throws IOException {
        var seen = directory.resolve("seen");
        adapter("printf '%s\\n' \"$*\" >" + seen + ".arguments; cat >" + seen + ".input")
                .deleteBinding(UNBIND);
        assertThat(Files.readString(Path.of(seen + ".arguments"))).isEqualTo("delete-binding\n");
        assertThat(Files.readString(Path.of(seen + ".input"))).contains("a-secret-value");
    }

    @ParameterizedTest
    @CsvSource({
        "10, COMMAND_UNKNOWN",
        "41, BINDING_MISSING",
        "42, APP_ID_MISSING",
        "49, BINDING_EXISTS",
        "65, PARAMETER_INVALID",
        "1, FAILED",
        "200, FAILED"
    })
    void takesTheUsersSentenceAndTheReasonFromAFailure(int code, AdapterFault fault) throws IOException {
        assertFault(adapter("echo 'A sentence.'; echo detail >&2; exit " + code), fault, "A sentence.");
    }

    @Test
    void saysSomethingWhenAFailureSaysNothing() throws IOException {
        assertFault(
                adapter("exit 3"), AdapterFault.FAILED, "The service adapter failed. Please contact your operator.");
    }

    @Test
    void takesAMissingDashboardForNone() throws IOException {
        var request = new DashboardUrl("i", PLAN, "name: x");
        assertThat(adapter("exit 10").dashboardUrl(request)).isEmpty();
        assertThat(adapter("echo '{\"dashboard_url\":\"https://a\"}'").dashboardUrl(request))
                .contains("https://a");
    }

    @Test
    void endsAProgramThatDoesNotEnd() throws IOException {
        var pids = directory.resolve("pids");
        var adapter = adapter("echo $$ >" + pids + "; sleep 300 & echo $! >>" + pids + "; wait");
        assertFault(adapter, AdapterFault.FAILED, "The service adapter failed. Please contact your operator.");
        for (var pid : Files.readAllLines(pids)) {
            assertThat(ProcessHandle.of(Long.parseLong(pid)).map(process -> process.onExit()
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join()))
                    .as("it and what it started are gone")
                    .satisfiesAnyOf(
                            gone -> assertThat(gone).isEmpty(),
                            gone -> assertThat(gone.orElseThrow().isAlive()).isFalse());
        }
    }

    @Test
    void endsAProgramThatWritesWithoutEnd() throws IOException {
        assertThatThrownBy(() -> adapter("yes", Duration.ofSeconds(30)).generatePlanSchemas(PLAN))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.detail()).contains("more than 16777216 bytes"));
    }

    @Test
    void doesNotWaitForALogThatNobodyReads() throws IOException {
        var adapter = adapter("head -c 1000000 /dev/zero >&2; echo '{\"service_instance\":{}}'");
        assertThat(adapter.generatePlanSchemas(PLAN).create()).isEmpty();
    }

    @Test
    void refusesWhatIsNoProgram() throws IOException {
        var file = Files.writeString(directory.resolve("text"), "#!/bin/sh\n");
        assertThatThrownBy(() -> new ExecutableAdapter(file))
                .hasMessage("service_adapter.path: %s is not executable", file);
        assertThatThrownBy(() -> new ExecutableAdapter(directory.resolve("none")))
                .hasMessage("service_adapter.path: there is no file %s", directory.resolve("none"));
    }

    private static void assertFault(ExecutableAdapter adapter, AdapterFault code, String sentence) {
        assertThatThrownBy(() -> adapter.deleteBinding(UNBIND)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.userMessage()).isEqualTo(sentence);
            assertThat(fault.detail()).doesNotContain("a-secret-value");
        });
    }

    private ExecutableAdapter adapter(String script) throws IOException {
        return adapter(script, Duration.ofSeconds(3));
    }

    private ExecutableAdapter adapter(String script, Duration limit) throws IOException {
        var file = Files.createTempFile(
                directory,
                "adapter",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        return new ExecutableAdapter(file, limit);
    }
}
