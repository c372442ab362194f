package org.openpks.broker.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.adapter.contract.Command;
import org.openpks.adapter.contract.ContractTexts;
import org.openpks.kernel.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An adapter that is a program under the On-Demand Broker's contract (`service_adapter.path`). Each call is one
/// process, with its input on standard input: an argument would show secrets to the whole machine.
///
/// A process may take a minute and write 16 MiB; at most eight run at once.
public final class ExecutableAdapter implements ServiceAdapter {

    private static final Logger log = LoggerFactory.getLogger(ExecutableAdapter.class);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /// How long the streams may stay open after the process's end.
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private static final int OUTPUT_LIMIT = 16 << 20;
    private static final int LOG_LIMIT = 64 << 10;
    private static final int AT_ONCE = 8;
    private static final String GENERIC = "The service adapter failed. Please contact your operator.";

    private final Path program;
    private final Duration limit;
    private final Semaphore slots = new Semaphore(AT_ONCE, true);

    /// @throws IllegalArgumentException when there is no such program
    public ExecutableAdapter(Path program) {
        this(program, LIMIT);
    }

    ExecutableAdapter(Path program, Duration limit) {
        if (!Files.isRegularFile(program)) {
            throw new IllegalArgumentException("service_adapter.path: there is no file " + program);
        }
        if (!Files.isExecutable(program)) {
            throw new IllegalArgumentException("service_adapter.path: %s is not executable".formatted(program));
        }
        this.program = program;
        this.limit = limit;
    }

    @Override
    public GeneratedManifest generateManifest(GenerateManifest request) {
        return ContractTexts.manifest(run(Command.GENERATE_MANIFEST, ContractTexts.input(request)));
    }

    @Override
    public Binding createBinding(CreateBinding request) {
        return ContractTexts.binding(run(Command.CREATE_BINDING, ContractTexts.input(request)));
    }

    @Override
    public void deleteBinding(DeleteBinding request) {
        run(Command.DELETE_BINDING, ContractTexts.input(request));
    }

    @Override
    public Optional<String> dashboardUrl(DashboardUrl request) {
        try {
            return ContractTexts.dashboard(run(Command.DASHBOARD_URL, ContractTexts.input(request)));
        } catch (Fault fault) {
            if (fault.code() == AdapterFault.COMMAND_UNKNOWN) {
                return Optional.empty();
            }
            throw fault;
        }
    }

    @Override
    public PlanSchemas generatePlanSchemas(Plan plan) {
        return ContractTexts.planSchemas(run(Command.GENERATE_PLAN_SCHEMAS, ContractTexts.input(plan)));
    }

    private String run(Command command, String input) {
        try {
            slots.acquire();
            try {
                return finished(command, new ProcessBuilder(program.toString(), command.word()).start(), input);
            } finally {
                slots.release();
            }
        } catch (IOException e) {
            throw failed(command, "it does not start: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(command, "interrupted");
        }
    }

    private String finished(Command command, Process process, String input) throws InterruptedException {
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            threads.submit(() -> write(process.getOutputStream(), input));
            var said = threads.submit(() -> head(process.getErrorStream(), LOG_LIMIT));
            var output = threads.submit(() -> output(process));
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed(command, "no answer within " + limit);
            }
            var bytes = result(command, output);
            if (bytes.length > OUTPUT_LIMIT) {
                throw failed(command, "more than %d bytes of output".formatted(OUTPUT_LIMIT));
            }
            log(command, process.exitValue(), new String(result(command, said), StandardCharsets.UTF_8));
            return answer(command, process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
        } finally {
            end(process);
            // Not awaited: something that the program started and left may hold its streams open.
            threads.shutdownNow();
        }
    }

    private static String answer(Command command, int exitCode, String output) {
        if (exitCode == 0) {
            return output;
        }
        var said = output.strip();
        throw new Fault(
                AdapterFault.ofExit(exitCode),
                said.isEmpty() ? GENERIC : said,
                "adapter %s exit=%d".formatted(command.word(), exitCode));
    }

    private static void log(Command command, int exitCode, String said) {
        if (!said.isBlank()) {
            log.atInfo()
                    .addKeyValue("command", command.word())
                    .addKeyValue("exit", exitCode)
                    .addKeyValue("said", said.strip())
                    .log("The service adapter wrote to its log");
        }
    }

    private static void write(OutputStream stdin, String input) {
        try (stdin) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading; its exit code tells why.
        }
    }

    /// The first bytes; the rest is read too, so that the program never waits for a reader.
    private static byte[] head(InputStream stream, int bytes) throws IOException {
        var head = stream.readNBytes(bytes);
        stream.transferTo(OutputStream.nullOutputStream());
        return head;
    }

    private static byte[] output(Process process) throws IOException {
        var bytes = process.getInputStream().readNBytes(OUTPUT_LIMIT + 1);
        if (bytes.length > OUTPUT_LIMIT) {
            end(process);
        }
        return bytes;
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static byte[] result(Command command, Future<byte[]> reader) throws InterruptedException {
        try {
            return reader.get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw failed(command, "its output did not end with it: " + e);
        }
    }

    private static Fault failed(Command command, String detail) {
        return new Fault(AdapterFault.FAILED, GENERIC, "adapter %s: %s".formatted(command.word(), detail));
    }
}
