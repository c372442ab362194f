package org.openpks.cli.session;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.terminal.Terminal;
import org.openpks.cli.terminal.Text;

/// A log-in on the pages of the UAA, or of the identity provider behind it.
public final class SingleSignOn {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Uaa uaa;
    private final Terminal terminal;

    public SingleSignOn(Uaa uaa, Terminal terminal) {
        this.uaa = uaa;
        this.terminal = terminal;
    }

    /// Asks for a one-time code that the user gets with a browser of any machine.
    public Proof byTypedCode() {
        var code = terminal.askSecret("One Time Code ( Open A Web Browser to the following URL to get a Code: %s ): "
                        .formatted(uaa.passcodePage()))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new Failure("No code was given."));
        return new Proof.Passcode(code);
    }

    /// Opens a browser on this machine and waits until it comes back with an authorization code (RFC 8252, with
    /// PKCE).
    /// @param client whom the tokens will be for
    /// @param browser the command that opens an address; it is printed too, should nothing open
    public Proof byBrowser(String client, Optional<String> browser) {
        var verifier = random();
        var state = random();
        var back = new CompletableFuture<Map<String, String>>();
        HttpServer listener;
        try {
            listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new Failure(
                    "No port for the browser to come back to: " + Text.line(String.valueOf(e.getMessage())), e);
        }
        listener.createContext("/", exchange -> receive(exchange, state, back));
        listener.start();
        try {
            var redirect = URI.create("http://127.0.0.1:%d/callback"
                    .formatted(listener.getAddress().getPort()));
            open(browser, uaa.authorizePage(client, redirect, state, challenge(verifier)));
            return new Proof.Code(await(back), redirect, verifier);
        } finally {
            listener.stop(0);
        }
    }

    private void open(Optional<String> browser, URI page) {
        terminal.print("Opening a browser to log in. If none opens, go to: " + page);
        try {
            new ProcessBuilder(List.of(browser.orElse("xdg-open"), page.toString()))
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // The address stands on the screen.
            return;
        }
    }

    private static String await(CompletableFuture<Map<String, String>> back) {
        try {
            var answer = back.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var code = answer.getOrDefault("code", "");
            if (code.isEmpty()) {
                throw new Failure("The UAA refused the login: "
                        + Text.line(
                                answer.getOrDefault("error_description", answer.getOrDefault("error", "no reason"))));
            }
            return code;
        } catch (TimeoutException e) {
            throw new Failure(
                    "Nobody logged in within %d minutes. On a machine without a browser use 'pks login --sso'."
                            .formatted(PATIENCE.toMinutes()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Only what carries our state counts; browsers ask for icons too. The page is whole before the listener
    /// ends.
    private static void receive(HttpExchange exchange, String state, CompletableFuture<Map<String, String>> back)
            throws IOException {
        var parameters = parameters(exchange.getRequestURI().getRawQuery());
        boolean ours = state.equals(parameters.get("state"));
        try (exchange) {
            var page = (ours ? "You can close this window and go back to the command line." : "Not found.")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain;charset=utf-8");
            exchange.getResponseHeaders().add("Connection", "close");
            exchange.sendResponseHeaders(ours ? 200 : 404, page.length);
            exchange.getResponseBody().write(page);
        }
        if (ours) {
            back.complete(parameters);
        }
    }

    private static Map<String, String> parameters(@org.jspecify.annotations.Nullable String query) {
        var parameters = new HashMap<String, String>();
        for (var pair : query == null ? new String[0] : query.split("&")) {
            var parts = pair.split("=", 2);
            parameters.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static String random() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
