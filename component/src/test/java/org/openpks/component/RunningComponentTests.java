package org.openpks.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

class RunningComponentTests {

    private static final int LIMIT = 1000;

    private final HttpClient http = HttpClient.newHttpClient();
    private RunningComponent component;

    @WebComponent
    @Import(Echo.class)
    static class EchoApplication {}

    @RestController
    static class Echo {
        @PostMapping("/echo")
        String echo(@RequestBody String body) {
            return body;
        }

        @ExceptionHandler(HttpMessageNotReadableException.class)
        @ResponseStatus(HttpStatus.CONTENT_TOO_LARGE)
        void tooLarge() {}
    }

    @BeforeEach
    void start() {
        component = RunningComponent.start(
                "echo", EchoApplication.class, Map.of("server.port", 0, "openpks.web.max-body-bytes", LIMIT));
    }

    @AfterEach
    void stop() {
        component.close();
        http.close();
    }

    @Test
    void servesBodiesUpToTheLimit() throws Exception {
        var response = post(HttpRequest.BodyPublishers.ofString("x".repeat(LIMIT)));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).hasSize(LIMIT);
        assertThat(response.headers().firstValue("Server").orElse("")).isEmpty();
    }

    @Test
    void refusesLargerOnesByTheirLengthInTheFormOfEveryProtocol() throws Exception {
        var response = post(HttpRequest.BodyPublishers.ofString("x".repeat(LIMIT + 1)));
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("\"body\":", "\"description\":", "\"error\":", "1000 bytes");
    }

    @Test
    void refusesChunkedOnesWhenTheyPassTheLimit() throws Exception {
        var body = new byte[LIMIT + 1];
        var response = post(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
        assertThat(response.statusCode()).isEqualTo(413);
    }

    /// A client that writes all before it reads: were the connection closed meanwhile, it would be reset and the
    /// answer lost.
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10000000", "Transfer-Encoding: chunked"})
    void answersClientsThatReadOnlyAfterTheirLastByte(String framing) throws Exception {
        boolean chunked = framing.startsWith("Transfer");
        var part = new byte[10_000];
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), component.port())) {
            var out = socket.getOutputStream();
            out.write("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n%s\r\n\r\n"
                    .formatted(framing)
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1000; i++) {
                if (chunked) {
                    out.write("2710\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                out.write(part);
                if (chunked) {
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            if (chunked) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void closesItsPort() {
        var address = echo();
        component.close();
        assertThatThrownBy(() -> post(address, HttpRequest.BodyPublishers.ofString("x")))
                .isInstanceOf(ConnectException.class);
    }

    private URI echo() {
        return URI.create("http://localhost:" + component.port() + "/echo");
    }

    private HttpResponse<String> post(HttpRequest.BodyPublisher body) throws IOException, InterruptedException {
        return post(echo(), body);
    }

    private HttpResponse<String> post(URI address, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address).POST(body).build(), HttpResponse.BodyHandlers.ofString());
    }
}
