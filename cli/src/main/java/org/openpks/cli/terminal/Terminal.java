package org.openpks.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import org.openpks.cli.failure.Failure;

/// The one way in and out: standard input, output and error, and what is known of the terminal behind them. Calls
/// from several threads do not mix their lines.
public final class Terminal {
    /// What the streams are connected to.
    /// @param input standard input is a terminal
    /// @param output standard output is a terminal
    /// @param columns width of the terminal in characters
    /// @param rows height of the terminal in lines
    public record Kind(boolean input, boolean output, int columns, int rows) {
        /// Pipes and files on all sides.
        public static final Kind NONE = new Kind(false, false, 80, 24);
    }

    private final BufferedReader in;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Kind kind;
    private final boolean drawsSymbols;
    private boolean muted;

    public Terminal(InputStream in, OutputStream out, OutputStream err, Charset charset, Kind kind) {
        this.in = new BufferedReader(new InputStreamReader(in, charset));
        this.out = new PrintWriter(out, false, charset);
        this.err = new PrintWriter(err, false, charset);
        this.kind = kind;
        this.drawsSymbols = charset.newEncoder().canEncode('✓');
    }

    public Kind kind() {
        return kind;
    }

    /// True when the terminal's encoding has tick marks and spinners.
    public boolean drawsSymbols() {
        return drawsSymbols;
    }

    /// Prints one line of our own text. Foreign text goes through [Text#line] first.
    public synchronized void print(String line) {
        if (!muted) {
            out.println(line);
            out.flush();
        }
    }

    /// Prints several lines.
    public synchronized void print(List<String> lines) {
        if (!muted) {
            lines.forEach(out::println);
            out.flush();
        }
    }

    /// Writes as it is, without a line break: prompts and the live view.
    public synchronized void write(String text) {
        if (!muted) {
            out.print(text);
            out.flush();
        }
    }

    /// Prints one line to standard error.
    public synchronized void printError(String line) {
        if (!muted) {
            err.println(line);
            err.flush();
        }
    }

    /// Prints a last line to standard error; whatever other threads print after it is lost. For the end by
    /// interrupt.
    public synchronized void printLast(String line) {
        printError(line);
        muted = true;
    }

    /// Asks a question and returns the answer, or nothing at the end of the input.
    public Optional<String> ask(String question) {
        write(question);
        var answer = readLine();
        if (!kind.input() || answer.isEmpty()) {
            print("");
        }
        return answer;
    }

    /// Asks for a secret; a terminal does not show what is typed.
    public Optional<String> askSecret(String question) {
        if (!kind.input()) {
            return ask(question);
        }
        write(question);
        try (var silence = Silence.begin()) {
            return readLine();
        } finally {
            print("");
        }
    }

    private Optional<String> readLine() {
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            throw new Failure("The standard input cannot be read: " + Text.line(String.valueOf(e.getMessage())), e);
        }
    }
}
