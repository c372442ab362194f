package org.openpks.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.openpks.cli.command.Context;
import org.openpks.cli.http.Connections;
import org.openpks.cli.line.Commands;
import org.openpks.cli.terminal.Terminal;
import org.openpks.cli.terminal.Text;

/// The `pks` command as a process. `bin/pks` starts it and says in system properties what the streams are, which
/// Java cannot find out for each of them.
public final class Pks {
    private Pks() {}

    public static void main(String[] words) {
        System.exit(run(List.of(words), context()));
    }

    /// Runs one command line; whatever happens ends as an exit code and at most a few lines of text.
    public static int run(List<String> words, Context context) {
        try {
            return Commands.run(words, context);
        } catch (RuntimeException | Error e) {
            context.terminal().printError("Error: pks itself failed: " + Text.line(String.valueOf(e)));
            if (context.variables().containsKey("PKS_TRACE")) {
                e.printStackTrace();
            } else {
                context.terminal().printError("Set PKS_TRACE=1 to see where.");
            }
            return 1;
        } finally {
            context.connections().close();
        }
    }

    static Context context() {
        var variables = System.getenv();
        var kind = new Terminal.Kind(
                Boolean.getBoolean("pks.stdin.terminal"),
                Boolean.getBoolean("pks.stdout.terminal"),
                Integer.getInteger("pks.columns", 80),
                Integer.getInteger("pks.rows", 24));
        var home = Optional.ofNullable(variables.get("HOME"))
                .filter(name -> !name.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home")));
        return new Context(
                new Terminal(System.in, System.out, System.err, charset(), kind),
                variables,
                home,
                InstantSource.system(),
                ZoneId::systemDefault,
                System.getProperty("pks.program", "pks"),
                new Connections());
    }

    private static Charset charset() {
        var name = Optional.ofNullable(System.getProperty("native.encoding"));
        return name.filter(Charset::isSupported).map(Charset::forName).orElse(StandardCharsets.UTF_8);
    }
}
