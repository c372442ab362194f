package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class SecretScanTests {

    private static final String KEY_LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCX";

    private final SecretScan scan = new SecretScan();

    @TempDir
    Path home;

    static List<String> secrets() {
        var header = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"RS256\"}".getBytes());
        return List.of(
                "token " + header + "." + header + ".c2lnbmF0dXJl",
                "unsigned " + header + "." + header + ".",
                "refresh_token=0123456789abcdef0123456789abcdef-r&x",
                "-----BEGIN RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\\nMIIE",
                "hash $2a$10$" + "a".repeat(53),
                "authorization: basic YWRtaW46cGFzc3dvcmQtb2YtYWRtaW4",
                "Authorization: Bearer 0123456789abcdef0123");
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void knowsASecretByItsShape(String line) throws IOException {
        assertThat(scan.findings(List.of(file("log/a.log", "first\n" + line))))
                .singleElement()
                .asString()
                .contains("a.log:2 holds");
    }

    static List<String> harmless() {
        return List.of(
                "-----BEGIN CERTIFICATE-----",
                "-----BEGIN PUBLIC KEY-----",
                "WWW-Authenticate: Bearer realm=\"UAA/oauth\", error=\"invalid_token\"",
                "cluster ae2673c5-4543-433d-b4b9-934d67eaa4b5 release kubernetes/1.37.2+788043c3",
                "the key eyJ is short, basic auth is on");
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void leavesAloneWhatEverybodyMaySee(String line) throws IOException {
        assertThat(scan.findings(List.of(file("log/a.log", line)))).isEmpty();
    }

    @Test
    void findsWhatItWasToldInEveryFormAndDoesNotRepeatIt() throws IOException {
        scan.know("password", "pass word&7");
        scan.know("key", "-----BEGIN RSA PRIVATE KEY-----\n" + KEY_LINE + "\n-----END RSA PRIVATE KEY-----\n");
        scan.know("variable", new JsonMapper().readTree("""
                {"certificate": "public-certificate", "private_key": "%s", "password": "pass of a user"}""".formatted(KEY_LINE.toLowerCase())));
        var files = List.of(
                file("log/plain", "x pass word&7 y"),
                file("log/form", "password=pass+word%267"),
                file("log/key", "\"" + KEY_LINE + "\\n\""),
                file("log/variable", KEY_LINE.toLowerCase() + " pass of a user"),
                file("log/public", "public-certificate"),
                file("log/binary", "\u0000\u00ff pass word&7"),
                packed("log/old.log.1.gz", "pass word&7"));
        var findings = scan.findings(files);
        assertThat(findings)
                .containsExactlyInAnyOrder(
                        files.get(0) + ":1 holds password",
                        files.get(1) + ":1 holds password",
                        files.get(2) + ":1 holds key",
                        files.get(3) + ":1 holds variable private_key",
                        files.get(3) + ":1 holds variable password",
                        files.get(5) + ":1 holds password",
                        files.get(6) + ":1 holds password");
    }

    @Test
    void takesEveryLogOfAnInstallation() throws IOException {
        var logs = List.of(
                file("log/control-plane.log", ""),
                file("director/tasks/7/debug", ""),
                file("nodes/vm-1/vcap/sys/log/etcd/etcd.stderr.log", ""),
                file("nodes/vm-1/upper/var/log/pods/x/0.log", ""),
                file("nodes/vm-1/console.log", ""),
                file("database/error.log", ""));
        file("stemcells/sc-1/rootfs/var/log/apt/history.log", "");
        file("nodes/vm-1/bundle/rootfs/var/log/pods/x/0.log", "");
        file("secrets.json", "");
        assertThat(SecretScan.logs(home)).containsExactlyInAnyOrderElementsOf(logs);
    }

    private Path file(String name, String text) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }

    private Path packed(String name, String text) throws IOException {
        var file = file(name, "");
        try (var stream = new GZIPOutputStream(Files.newOutputStream(file))) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
