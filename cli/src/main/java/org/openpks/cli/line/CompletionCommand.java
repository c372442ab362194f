package org.openpks.cli.line;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.failure.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {
            "Prints a script that completes commands and flags, and the names of clusters, plans and profiles as the PKS API",
            "knows them now. Load it in each shell:",
            "",
            "  bash  echo 'source <(pks completion bash)' >>~/.bashrc",
            "  zsh   echo 'source <(pks completion zsh)' >>~/.zshrc        (after compinit)",
            "  fish  pks completion fish >~/.config/fish/completions/pks.fish"
        })
final class CompletionCommand extends PksCommand {
    static final List<String> SHELLS = List.of("bash", "fish", "zsh");

    @Parameters(paramLabel = "<shell>")
    String shell = "";

    @Override
    public boolean alwaysAsks() {
        return false;
    }

    @Override
    public void run(Context context) {
        if (!SHELLS.contains(shell)) {
            throw new Failure("There is no completion for the shell \"%s\": give bash, zsh or fish.".formatted(shell));
        }
        context.terminal().write(script("completion." + shell));
    }

    private static String script(String name) {
        try (var in = CompletionCommand.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
