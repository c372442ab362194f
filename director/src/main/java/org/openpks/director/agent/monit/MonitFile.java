package org.openpks.director.agent.monit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a job's monit file says about its processes, as far as starting and stopping them is concerned. Everything
/// else is monit's business.
///
/// @param services in the file's order
public record MonitFile(List<Service> services) {

    private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s)#.*$");
    private static final Pattern CHECK = Pattern.compile(
            "(?i)\\bcheck\\s+(process|program|file|directory|host|system|network|fifo|filesystem)\\s+(\"[^\"]+\"|\\S+)");
    private static final Pattern PIDFILE = Pattern.compile("(?i)\\b(?:with\\s+)?pidfile\\s+(\"[^\"]+\"|\\S+)");
    private static final Pattern DEPENDS = Pattern.compile("(?i)\\bdepends\\s+on\\s+([^\\s,]+(?:\\s*,\\s*[^\\s,]+)*)");
    private static final String PROGRAM =
            "(?i)\\b%s(?:\\s+program)?\\s*=?\\s*(?:\"([^\"]*)\"|'([^']*)')((?:\\s+(?:as|with|and|using|uid|gid|timeout|for|\"[^\"]*\"|\\d+|seconds?|minutes?)(?!\\S))*)";
    private static final Pattern START = Pattern.compile(PROGRAM.formatted("start"));
    private static final Pattern STOP = Pattern.compile(PROGRAM.formatted("stop"));
    private static final Pattern TIMEOUT = Pattern.compile("(?i)timeout\\s+(\\d+)\\s+(second|minute)");
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

    public MonitFile {
        services = List.copyOf(services);
    }

    /// A process that monit watches.
    ///
    /// @param pidFile empty when monit finds the process by its name
    /// @param start empty when there is none, or when it asks for a user of its own: then monit must run it
    /// @param dependsOn names of services that must be up before
    public record Service(
            String name,
            Optional<String> pidFile,
            Optional<Program> start,
            Optional<Program> stop,
            List<String> dependsOn) {
        public Service {
            dependsOn = List.copyOf(dependsOn);
        }
    }

    /// @param words the program and its arguments; monit runs it without a shell
    public record Program(List<String> words, Duration timeout) {
        public Program {
            words = List.copyOf(words);
        }
    }

    /// Reads a monit file; text that is no process check is passed over.
    public static MonitFile parse(String text) {
        var plain = COMMENT.matcher(text).replaceAll("");
        var services = new ArrayList<Service>();
        var check = CHECK.matcher(plain);
        int position = 0;
        while (check.find(position)) {
            int end = CHECK.matcher(plain).find(check.end()) ? nextCheck(plain, check.end()) : plain.length();
            if (check.group(1).equalsIgnoreCase("process")) {
                services.add(service(unquoted(check.group(2)), plain.substring(check.end(), end)));
            }
            position = end;
            if (position >= plain.length()) {
                break;
            }
        }
        return new MonitFile(services);
    }

    private static int nextCheck(String text, int from) {
        var matcher = CHECK.matcher(text);
        return matcher.find(from) ? matcher.start() : text.length();
    }

    private static Service service(String name, String body) {
        var pidFile = PIDFILE.matcher(body);
        var depends = new ArrayList<String>();
        var matcher = DEPENDS.matcher(body);
        while (matcher.find()) {
            for (var other : matcher.group(1).split("\\s*,\\s*")) {
                depends.add(unquoted(other));
            }
        }
        return new Service(
                name,
                pidFile.find() ? Optional.of(unquoted(pidFile.group(1))) : Optional.empty(),
                program(START, body),
                program(STOP, body),
                depends);
    }

    private static Optional<Program> program(Pattern pattern, String body) {
        var matcher = pattern.matcher(body);
        if (!matcher.find()) {
            return Optional.empty();
        }
        var options = matcher.group(3);
        if (options.toLowerCase(Locale.ROOT).contains("uid")
                || options.toLowerCase(Locale.ROOT).contains("gid")) {
            return Optional.empty();
        }
        var limit = TIMEOUT.matcher(options);
        var timeout = USUAL_TIMEOUT;
        if (limit.find()) {
            long count = Long.parseLong(limit.group(1));
            timeout = limit.group(2).equalsIgnoreCase("minute") ? Duration.ofMinutes(count) : Duration.ofSeconds(count);
        }
        var words = words(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        return words.isEmpty() ? Optional.empty() : Optional.of(new Program(words, timeout));
    }

    /// As monit splits a command: at blanks, except between single quotes.
    private static List<String> words(String command) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
                any = true;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (any) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }

    private static String unquoted(String text) {
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
