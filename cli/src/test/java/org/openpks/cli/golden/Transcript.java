package org.openpks.cli.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.PksRun;

/// A golden file: command lines and all that they print and ask.
///
/// A line begins with `$ ` for a command line, `< ` for what is typed, two spaces for standard output, `! ` for
/// standard error, `> ` for a request to the API, `= ` for an exit code that is not 0. `# ` is a remark.
/// `$ cat FILE` shows a file. `~` stands for the home folder.
final class Transcript {
    private Transcript() {}

    /// A command line with what is typed at its questions.
    record Call(String line, String input) {}

    /// Runs the command lines of a golden file again, and returns the file as it is now.
    static String again(String golden, Path home) throws IOException {
        var out = new StringBuilder();
        var lines = golden.lines().toList();
        try (var world = new World(home)) {
            for (int i = 0; i < lines.size(); i++) {
                var line = lines.get(i);
                boolean remarked = i > 0 && lines.get(i - 1).startsWith("# ");
                if (!out.isEmpty() && !remarked && line.matches("[#$] .*")) {
                    out.append('\n');
                }
                if (line.startsWith("# ")) {
                    out.append(line).append('\n');
                } else if (line.startsWith("$ ")) {
                    var input = new StringBuilder();
                    out.append(line).append('\n');
                    while (i + 1 < lines.size() && lines.get(i + 1).startsWith("< ")) {
                        out.append(lines.get(++i)).append('\n');
                        input.append(lines.get(i).substring(2)).append('\n');
                    }
                    out.append(run(new Call(line.substring(2), input.toString()), home, world));
                }
            }
        }
        return out.toString();
    }

    private static String run(Call call, Path home, World world) throws IOException {
        var words = new ArrayList<>(words(call.line(), home, world));
        if (words.getFirst().equals("cat")) {
            return indented(Files.readString(home.resolve(words.get(1))), "  ", home, world);
        }
        var run = new PksRun(home).input(call.input());
        variables(words).forEach(run::variable);
        world.expect(words);
        int before = world.pks().requests().size();
        var result = run.run(words.subList(1, words.size()).toArray(String[]::new));
        var out = new StringBuilder();
        out.append(indented(result.out(), "  ", home, world));
        out.append(indented(result.err(), "! ", home, world));
        world.pks().requests().stream()
                .skip(before)
                .forEach(request -> out.append(indented(asked(request), "> ", home, world)));
        if (result.exit() != 0) {
            out.append("= ").append(result.exit()).append('\n');
        }
        return out.toString();
    }

    private static String asked(FakePks.Request request) {
        return request.line() + (request.body().isEmpty() ? "" : " " + request.body());
    }

    private static Map<String, String> variables(List<String> words) {
        var variables = new TreeMap<String, String>();
        while (words.getFirst().matches("[A-Z_]+=.*")) {
            var pair = words.removeFirst().split("=", 2);
            variables.put(pair[0], pair[1]);
        }
        return variables;
    }

    /// Splits at spaces; double quotes keep them.
    static List<String> words(String line, Path home, World world) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        boolean begun = false;
        for (char c : (line + " ").toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
                begun = true;
            } else if (c == ' ' && !quoted) {
                if (begun) {
                    words.add(world.expanded(word.toString().replace("~", home.toString())));
                }
                word.setLength(0);
                begun = false;
            } else {
                word.append(c);
                begun = true;
            }
        }
        return words;
    }

    private static String indented(String text, String mark, Path home, World world) {
        var out = new StringBuilder();
        world.shortened(text.replace(home.toString(), "~"))
                .lines()
                .forEach(line -> out.append((mark + line).stripTrailing()).append('\n'));
        return out.toString();
    }
}
