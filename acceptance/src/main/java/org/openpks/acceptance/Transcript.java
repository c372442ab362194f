package org.openpks.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A session at a terminal as a text: `$ command` lines, each followed by all that the command prints, standard output
/// and errors together. A last line `[exit 1]` says that the command fails; without it, it succeeds. Lines before the
/// first command and those that begin with `#` are remarks.
///
/// What is different in every session stands in braces: `{uuid}`, `{ip}`, `{port}`, `{date}`, `{seconds}`, `{number}`,
/// `{text}` for the rest of a line, `{gap}` for blanks that depend on what stands before them, and `{lines}` on a line
/// of its own for any number of lines. `{name=uuid}` keeps what was there; `{name}` stands for it from then on, in
/// commands too.
record Transcript(List<Call> calls) {

    private static final Map<String, String> KINDS = Map.of(
            "uuid", "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "ip", "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}",
            "port", "[0-9]{2,5}",
            "date", "[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [A-Z]{3,4}",
            "seconds", "[0-9]+(?:\\.[0-9]+)?",
            "number", "[0-9]+",
            "text", "[^\n]*",
            "gap", " *");

    private static final Pattern MARK = Pattern.compile("\\{([a-z_]+)(?:=([a-z]+))?}");
    /// A step of an operation, with the time since its begin.
    private static final Pattern STEP = Pattern.compile(" +[0-9.]+s {2}.*");

    private static final String LINES = "{lines}";
    private static final String EXIT = "[exit 1]";

    /// @param line where the command stands in the text, from 1 on
    /// @param expected what it prints, with marks
    record Call(int line, String command, String expected, boolean fails) {

        /// The command with all that is known in it.
        String command(Map<String, String> known) {
            return replaced(command, known);
        }

        /// Whether this is what the command should have printed; what is to be kept of it goes to `known`.
        boolean matches(String printed, Map<String, String> known) {
            var names = new ArrayList<String>();
            var matcher = Pattern.compile(regex(known, names)).matcher(printed);
            if (!matcher.matches()) {
                return false;
            }
            for (var name : names) {
                known.put(name, matcher.group(group(name)));
            }
            return true;
        }

        private String regex(Map<String, String> known, List<String> names) {
            var regex = new StringBuilder();
            for (var text : expected.lines().toList()) {
                if (text.equals(LINES)) {
                    regex.append("(?:[^\n]*\n)*?");
                } else {
                    regex.append(line(text, known, names)).append("\n");
                }
            }
            return regex.toString();
        }

        private static String line(String text, Map<String, String> known, List<String> names) {
            var regex = new StringBuilder();
            var mark = MARK.matcher(text);
            int from = 0;
            while (mark.find()) {
                regex.append(Pattern.quote(text.substring(from, mark.start())));
                regex.append(part(mark, known, names));
                from = mark.end();
            }
            return regex.append(Pattern.quote(text.substring(from))).toString();
        }

        private static String part(Matcher mark, Map<String, String> known, List<String> names) {
            var name = mark.group(1);
            if (mark.group(2) != null) {
                names.add(name);
                return "(?<" + group(name) + ">" + kind(mark.group(2)) + ")";
            }
            if (names.contains(name)) {
                return "\\k<" + group(name) + ">";
            }
            var value = known.get(name);
            return value == null ? kind(name) : Pattern.quote(value);
        }

        private static String kind(String name) {
            var kind = KINDS.get(name);
            if (kind == null) {
                throw new IllegalArgumentException("a transcript has the unknown mark {" + name + "}");
            }
            return kind;
        }

        /// Names of groups have no underscores.
        private static String group(String name) {
            return name.replace("_", "");
        }
    }

    static Transcript of(String text) {
        var calls = new ArrayList<Call>();
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("$ ")) {
                continue;
            }
            int begin = i;
            var printed = new ArrayList<String>();
            while (i + 1 < lines.size() && !lines.get(i + 1).startsWith("$ ")) {
                i++;
                if (!lines.get(i).startsWith("#")) {
                    printed.add(lines.get(i));
                }
            }
            // One empty line before the next command is for the reader.
            if (!printed.isEmpty() && printed.getLast().isEmpty()) {
                printed.removeLast();
            }
            boolean fails = !printed.isEmpty() && printed.getLast().equals(EXIT);
            if (fails) {
                printed.removeLast();
            }
            var expected = printed.isEmpty() ? "" : String.join("\n", printed) + "\n";
            calls.add(new Call(begin + 1, lines.get(begin).substring(2), expected, fails));
        }
        return new Transcript(List.copyOf(calls));
    }

    /// A call as it would stand in a transcript, with marks for what is different in every session.
    static String marked(Call call, String printed, int code, Map<String, String> known) {
        var text = new StringBuilder("$ " + call.command() + "\n");
        boolean inSteps = false;
        for (var line : printed.lines().toList()) {
            boolean step = STEP.matcher(line).matches();
            if (step && inSteps) {
                continue;
            }
            inSteps = step;
            var marked = step ? LINES : line.replaceAll("(\"created_at\": )[0-9]+", "$1{number}");
            for (var entry : known.entrySet()) {
                marked = marked.replace(entry.getValue(), "{" + entry.getKey() + "}");
            }
            for (var kind : List.of("uuid", "ip", "date")) {
                marked = marked.replaceAll(KINDS.get(kind), "{" + kind + "}");
            }
            text.append(marked).append("\n");
        }
        return code == 0 ? text.toString() : text + EXIT + "\n";
    }

    private static String replaced(String text, Map<String, String> known) {
        return MARK.matcher(text)
                .replaceAll(mark -> Matcher.quoteReplacement(known.getOrDefault(mark.group(1), mark.group())));
    }
}
