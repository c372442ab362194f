package org.openpks.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.cli.command.Entry;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.Keys;
import org.openpks.cli.testkit.PksRun;
import org.openpks.cli.testkit.PksRun.Result;
import picocli.CommandLine.Model.OptionSpec;

/// Every command with bad arguments, bad files and bad servers: one clear sentence, exit code 1, nothing changed.
class BadInputTests {
    private static final List<String> NASTY = List.of(
            "",
            " ",
            "a".repeat(100_000),
            "\u00fc\u2202\ud83d\ude00",
            "a\u001b[31mb",
            "a\nb\tc",
            "a\u0000b",
            "../../etc/passwd",
            "..",
            ".",
            "a/b",
            "%2e%2e%2fplans",
            "a?b=c&d",
            "a#b",
            "-x",
            "'; rm -rf ~ #",
            "${HOME}",
            "@/etc/passwd",
            "\u202eevil",
            "\ud800");

    /// Flags that a command must be given before anything else about it can be wrong.
    private static final Map<String, List<String>> REQUIRED = Map.of(
            "create-cluster", List.of("-e", "h", "-p", "small"),
            "update-cluster", List.of("--num-nodes", "3"),
            "upgrade-clusters", List.of("--clusters", "my-cluster"),
            "create-quota", List.of("--cpu", "1"),
            "update-quota", List.of("--cpu", "1"));

    /// Commands that need no session.
    private static final Set<String> ALONE = Set.of("login", "logout", "completion", "doctor", "get-kubeconfig");

    private final FakePks pks = new FakePks();

    @TempDir
    Path home;

    @BeforeEach
    void login() {
        new PksRun(home).loggedIn(pks);
        pks.on("POST /oauth/token", Reply.json(401, "{\"error\":\"unauthorized\"}"));
    }

    @AfterEach
    void stop() {
        pks.close();
    }

    static List<Entry> all() {
        return Commands.ALL;
    }

    static List<Entry> withSession() {
        return all().stream().filter(entry -> !ALONE.contains(entry.name())).toList();
    }

    /// A command line that is in order.
    private List<String> line(Entry entry) throws IOException {
        var spec = Commands.parser(entry.factory().get()).getCommandSpec();
        var line = new ArrayList<>(List.of(entry.name()));
        for (var positional : spec.positionalParameters()) {
            line.add(
                    switch (positional.paramLabel()) {
                        case "<json-path>" -> profile();
                        case "<shell>" -> "bash";
                        default -> "my-cluster";
                    });
        }
        line.addAll(REQUIRED.getOrDefault(entry.name(), List.of()));
        if (spec.findOption("--non-interactive") != null) {
            line.add("--non-interactive");
        }
        return line;
    }

    private String profile() throws IOException {
        return Files.writeString(home.resolve("profile.json"), "{\"name\":\"my-profile\"}")
                .toString();
    }

    private Result run(List<String> line) {
        return new PksRun(home).run(line.toArray(String[]::new));
    }

    private static void isClean(List<String> line, Result result) {
        var shown = line.toString().substring(0, Math.min(200, line.toString().length()));
        assertThat(result.exit()).as(shown).isEqualTo(1);
        assertThat(result.err()).as(shown).startsWith("Error: ").doesNotContain("pks itself", "Exception", "\tat ");
        assertThat((result.out() + result.err()).codePoints())
                .as(shown)
                .allMatch(c ->
                        c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f && c != 0x202e && (c < 0xd800 || c > 0xdfff)));
        assertThat(result.err().lines().count()).as(result.err()).isLessThanOrEqualTo(6);
        assertThat(result.err().length()).as(shown).isLessThan(5000);
    }

    private Map<Path, String> files() throws IOException {
        var files = new TreeMap<Path, String>();
        try (var paths = Files.walk(home)) {
            for (var path : paths.filter(Files::isRegularFile).toList()) {
                files.put(home.relativize(path), Files.readString(path));
            }
        }
        files.remove(Path.of(".pks/credentials/lock"));
        files.remove(Path.of("profile.json"));
        return files;
    }

    @ParameterizedTest
    @MethodSource("all")
    void refusesArguments(Entry entry) throws IOException {
        var before = files();
        var line = line(entry);
        int wanted = Commands.parser(entry.factory().get())
                .getCommandSpec()
                .positionalParameters()
                .size();
        var extra = new ArrayList<>(line);
        extra.add(1, "another");
        assertThat(run(extra).err())
                .startsWith("Error: accepts %d arg(s), received %d\n".formatted(wanted, wanted + 1));
        if (wanted > 0) {
            var missing = new ArrayList<>(line);
            missing.remove(1);
            assertThat(run(missing).err()).startsWith("Error: accepts 1 arg(s), received 0\n");
            for (var value : NASTY) {
                var nasty = new ArrayList<>(line);
                nasty.set(1, value);
                isClean(nasty, run(nasty));
            }
        }
        assertThat(files()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("all")
    void refusesValuesOfFlags(Entry entry) throws IOException {
        var before = files();
        var line = line(entry);
        for (var option :
                Commands.parser(entry.factory().get()).getCommandSpec().options()) {
            if (option.arity().max() > 0) {
                refusesValues(entry, line, option);
            }
        }
        isClean(
                line,
                run(Stream.concat(line.stream(), Stream.of("--no-such-flag")).toList()));
        assertThat(files()).isEqualTo(before);
    }

    private void refusesValues(Entry entry, List<String> line, OptionSpec option) {
        for (var value : NASTY) {
            var nasty = new ArrayList<>(line);
            if (entry.name().equals("login") || entry.name().equals("get-kubeconfig")) {
                nasty.addAll(List.of("-a", pks.address(), "--uaa", pks.address(), "-k"));
                nasty.addAll(
                        option.longestName().startsWith("--client")
                                ? List.of("--client-name", "c", "--client-secret", "s")
                                : option.longestName().startsWith("--sso") ? List.of() : List.of("-u", "u", "-p", "p"));
            }
            nasty.addAll(List.of(option.longestName(), value));
            var result = run(nasty);
            // The account's name and its password may be anything; the UAA refuses them.
            isClean(nasty, result);
        }
        var open = new ArrayList<>(line);
        open.add(option.longestName());
        assertThat(run(open).err()).startsWith("Error: flag needs an argument: " + option.longestName());
    }

    static Stream<String> sessions() {
        return Stream.of(
                "",
                "{",
                "{\"access_token\": 1}",
                "- a\n- b\n",
                "\u0001\u0002\u0003",
                "api: [https://x]\naccess_token: {a: b}\n",
                "api: https://user:password@x/\naccess_token: t\n",
                "a: &a [x,x]\n" + "b: [" + "*a,".repeat(200) + "]\n",
                "a: " + "[".repeat(20_000),
                "a: &a {b: *a}\n",
                "api: localhost\naccess_token: t\nca_cert: |\n  -----BEGIN CERTIFICATE-----\n  MIIC\n",
                "x".repeat(5_000_000));
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void refusesBrokenSessions(String content) throws IOException {
        var file = home.resolve(".pks/creds.yml");
        Files.writeString(file, content);
        for (var entry : withSession()) {
            var line = line(entry);
            var result = run(line);
            isClean(line, result);
            assertThat(result.err()).contains(file.toString());
        }
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void refusesADeviceForTheSession() throws IOException {
        var file = home.resolve(".pks/creds.yml");
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/zero"));
        isClean(List.of("clusters"), run(List.of("clusters")));
        assertThat(run(List.of("clusters")).err())
                .isEqualTo("Error: The file %s cannot be read: it is not a regular file.\n".formatted(file));
    }

    @Test
    void refusesASessionThatEndsInTheMiddle() throws IOException {
        var file = home.resolve(".pks/creds.yml");
        var whole = Files.readString(file);
        for (int length = 0; length < whole.length(); length += 37) {
            Files.writeString(file, whole.substring(0, length));
            isClean(List.of("clusters", String.valueOf(length)), run(List.of("clusters")));
        }
    }

    @ParameterizedTest
    @MethodSource("withSession")
    void saysInTimeThatTheApiIsDown(Entry entry) throws IOException {
        pks.close();
        var line = line(entry);
        long begin = System.nanoTime();
        var result = run(line);
        isClean(line, result);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(result.err())
                .contains("No connection to the PKS API at " + pks.address())
                .hasLineCount(1);
    }

    @Test
    void saysInTimeThatTheApiDoesNotSpeak() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var file = home.resolve(".pks/creds.yml");
            Files.writeString(file, Files.readString(file).replace(":" + pks.port(), ":" + silent.getLocalPort()));
            long begin = System.nanoTime();
            var result = run(List.of("clusters"));
            isClean(List.of("clusters"), result);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertThat(result.err())
                    .contains("localhost:" + silent.getLocalPort())
                    .hasLineCount(1);
        }
    }

    @ParameterizedTest
    @MethodSource("withSession")
    void recognisesAWebPage(Entry entry) throws IOException {
        pks.otherwise(Reply.html(200));
        var line = line(entry);
        var result = run(line);
        isClean(line, result);
        assertThat(result.err())
                .isEqualTo("Error: %s answered HTTP 200 with a web page. Is a PKS API at that address?\n"
                        .formatted(pks.address()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[", "{\"a\":", "\"text\"", "[[[[1]]]]", "{\"body\":3}"})
    void survivesAnyJson(String body) throws IOException {
        pks.otherwise(Reply.json(200, body));
        for (var entry : withSession()) {
            var result = run(line(entry));
            assertThat(result.err()).as(entry.name()).doesNotContain("pks itself", "Exception");
        }
    }

    @ParameterizedTest
    @MethodSource("withSession")
    void doesNotTrustAnotherAuthority(Entry entry) throws IOException {
        try (var other = new FakePks(Keys.ELSEWHERE)) {
            var file = home.resolve(".pks/creds.yml");
            Files.writeString(file, Files.readString(file).replace(":" + pks.port(), ":" + other.port()));
            var line = line(entry);
            var result = run(line);
            isClean(line, result);
            assertThat(result.err()).contains("is not signed by a CA you trust").hasLineCount(1);
            assertThat(other.requests()).isEmpty();
        }
    }

    private void refusesProfile(String content, String... message) throws IOException {
        var file = Files.writeString(home.resolve("profile.json"), content);
        for (var kind : List.of("network", "kubernetes", "compute")) {
            var line = List.of("create-%s-profile".formatted(kind), file.toString());
            var result = run(line);
            isClean(line, result);
            assertThat(result.err()).contains(message).hasLineCount(1);
        }
        assertThat(pks.requests()).noneMatch(request -> request.line().contains("profiles"));
    }

    @Test
    void saysWhereAProfileIsBroken() throws IOException {
        refusesProfile("{\n  \"name\": \"a\",\n  \"customizations\": [,]\n}", "is not JSON: line 3, column 22: ");
        refusesProfile("{\"name\": \"a\",\n \"name\": \"b\"}", "is not JSON: line 2, column ", "Duplicate");
        refusesProfile("{\"name\": \"a\"} x", "is not JSON: line 1, column ");
        refusesProfile("", "is not JSON: line 1, column 1: the text is empty");
        refusesProfile("[]", "holds no profile: it must be a JSON object");
        refusesProfile("{}", "has no name: give the field \"name\"");
        refusesProfile("{\"name\": 3}", "has no name: give the field \"name\"");
        refusesProfile(
                "{\"name\":\"a\",\n\"x\":" + "[".repeat(100_000),
                "is not JSON: line 2, column 50",
                "(501) exceeds the maximum allowed (500)");
        refusesProfile("{\"name\":\"" + "a".repeat(2_000_000) + "\"}", "is larger than 1 MiB");
        refusesProfile("name: a\nb: c\n", "is not JSON: line 1, column ");
    }

    @Test
    void refusesFilesThatAreNone() throws IOException {
        Files.write(home.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        var folder = Files.createDirectory(home.resolve("folder"));
        for (var name : List.of("binary", "folder", "missing", "folder/missing", "/dev/zero")) {
            var line = List.of("create-compute-profile", home.resolve(name).toString());
            isClean(line, run(line));
        }
        assertThat(run(List.of("create-compute-profile", folder.toString())).err())
                .contains("is a folder, not a file");
        assertThat(run(List.of("create-compute-profile", "/dev/zero")).err())
                .isEqualTo("Error: The file /dev/zero is larger than 1 MiB.\n");
        Files.writeString(
                home.resolve("profile.json"),
                "{\"name\":\"a\",\"customizations\":[{\"component\":\"c\",\"file-arguments\":{\"f\":\"/no/such/file\"}}]}");
        assertThat(run(List.of(
                                "create-k8s-profile",
                                home.resolve("profile.json").toString()))
                        .err())
                .isEqualTo("Error: There is no file /no/such/file.\n");
    }

    @Test
    void saysHowAConfigFileIsNoYaml() throws IOException {
        var file = home.resolve("config");
        var line = List.of("update-cluster", "my-cluster", "--non-interactive", "--config-file", file.toString());
        Files.writeString(file, "insecure_registries: " + "[".repeat(3000) + "]".repeat(3000));
        assertThat(run(line).err())
                .isEqualTo("Error: The file %s is not YAML: more than 50 levels lie in each other\n".formatted(file));
        Files.writeString(file, "a: \u0001\n");
        assertThat(run(line).err())
                .isEqualTo("Error: The file %s is not YAML: it has characters that no YAML has\n".formatted(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a [x]\ninsecure_registries: *a\n",
                "insecure_registries: x\n",
                "insecure_registrees: []\n",
                "kubelet_drain_timeout: [1]\n",
                "- a\n",
                "a: b: c\n",
                "{\"kubelet_drain_timeout\": }",
                "? [a]\n: b\n",
                "insecure_registries: [1]\n"
            })
    void refusesConfigFiles(String content) throws IOException {
        var file = Files.writeString(home.resolve("config"), content);
        var line = Arrays.asList("update-cluster", "my-cluster", "--non-interactive", "--config-file", file.toString());
        var result = run(line);
        isClean(line, result);
        assertThat(result.err()).contains(file.toString());
        assertThat(pks.requests()).noneMatch(request -> request.line().startsWith("PATCH"));
    }
}
