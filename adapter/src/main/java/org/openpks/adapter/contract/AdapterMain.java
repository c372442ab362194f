package org.openpks.adapter.contract;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.KubernetesServiceAdapter;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.kernel.Fault;

/// The adapter as a program: `bin/service-adapter`. It keeps nothing and writes no file.
public final class AdapterMain {

    private static final List<String> HELP = List.of("-h", "--help", "help");

    private final ServiceAdapter adapter;

    public AdapterMain(ServiceAdapter adapter) {
        this.adapter = adapter;
    }

    /// Runs one command and ends the process with its exit code.
    public static void main(String... arguments) throws IOException {
        // The contract's texts are UTF-8, whatever the machine's locale is.
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = new AdapterMain(new KubernetesServiceAdapter()).run(List.of(arguments), System.in, out, err);
        out.flush();
        System.exit(code);
    }

    /// Runs one command.
    /// @return the exit code
    public int run(List<String> arguments, InputStream in, PrintStream out, PrintStream err) throws IOException {
        if (!arguments.isEmpty() && HELP.contains(arguments.getFirst())) {
            out.print(help());
            return 0;
        }
        try {
            out.print(answer(arguments, in));
            return 0;
        } catch (Fault fault) {
            out.println(fault.userMessage());
            err.println("%s: %s %s"
                    .formatted(word(arguments), fault.code().name(), fault.detail())
                    .strip());
            return fault.code() instanceof AdapterFault code ? code.exitCode() : AdapterFault.FAILED.exitCode();
        } catch (RuntimeException e) {
            // Messages of libraries may hold what they read; the frames alone tell where it was. Without a sentence
            // the broker has one of its own.
            err.println("%s: %s".formatted(word(arguments), e.getClass().getName()));
            for (var frame : e.getStackTrace()) {
                err.println("  at " + frame);
            }
            return AdapterFault.FAILED.exitCode();
        }
    }

    private String answer(List<String> arguments, InputStream in) throws IOException {
        var command = Command.of(word(arguments))
                .orElseThrow(() -> new Fault(
                        AdapterFault.COMMAND_UNKNOWN,
                        arguments.isEmpty()
                                ? "Name a command; 'service-adapter --help' tells which there are."
                                : "The service adapter has no command %s.".formatted(word(arguments))));
        var fields = arguments.subList(1, arguments.size());
        boolean byInput = fields.isEmpty();
        var input = byInput ? Input.read(command, in) : Input.positional(command, fields);
        return switch (command) {
            case GENERATE_MANIFEST -> {
                var made = adapter.generateManifest(ContractJson.generateManifest(input));
                yield byInput ? ContractJson.text(made) : made.manifest();
            }
            case CREATE_BINDING -> ContractJson.text(adapter.createBinding(ContractJson.createBinding(input)));
            case DELETE_BINDING -> {
                adapter.deleteBinding(ContractJson.deleteBinding(input));
                yield "";
            }
            case DASHBOARD_URL ->
                ContractJson.dashboard(adapter.dashboardUrl(ContractJson.dashboardUrl(input))
                        .orElseThrow(() -> new Fault(AdapterFault.COMMAND_UNKNOWN, "Clusters have no dashboard.")));
            case GENERATE_PLAN_SCHEMAS ->
                ContractJson.text(adapter.generatePlanSchemas(ContractJson.plan(input.requiredObject("plan"))));
        };
    }

    private static String word(List<String> arguments) {
        return arguments.isEmpty() ? "" : arguments.getFirst();
    }

    private static String help() {
        var text = new StringBuilder("""
                The service adapter of OpenPKS, after the On-Demand Broker's contract.

                Usage: service-adapter COMMAND < input.json
                       service-adapter COMMAND ARGUMENT...

                """);
        for (var command : Command.values()) {
            text.append("%n  %s  %s%n".formatted(command.word(), command.purpose()));
            text.append("    arguments: %s%n"
                    .formatted(
                            command == Command.GENERATE_PLAN_SCHEMAS
                                    ? "-plan-json plan"
                                    : String.join(" ", command.positional())));
            if (!command.onlyByInput().isEmpty()) {
                text.append("    only by input: %s%n".formatted(String.join(" ", command.onlyByInput())));
            }
        }
        text.append("""

                The input is {"COMMAND": {"FIELD": "TEXT", ...}} with COMMAND in underscores, as in
                "generate_manifest"; each TEXT holds JSON or YAML. Bindings need the field secrets, so use the input
                for them (use_stdin: true).

                The result goes to standard output. After a failure that is a sentence for the person who asked, and
                standard error has the detail. Exit codes:

                """);
        text.append(Arrays.stream(AdapterFault.values())
                .map(fault -> "  %2d  %s%n".formatted(fault.exitCode(), fault.name()))
                .collect(Collectors.joining()));
        return text.toString();
    }
}
