package org.openpks.cli.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.Unreachable;
import org.openpks.cli.terminal.Text;

/// Sends requests to one server and turns whatever goes wrong on the way into one sentence. Statuses are the
/// caller's business.
public final class Exchange {
    private static final Duration REPLY = Duration.ofSeconds(60);
    private static final long LARGEST_BODY = 64L * 1024 * 1024;

    private final String server;
    private final Trust trust;
    private final Connections connections;
    private final String remedy;
    private Connections.Offer offer;

    /// @param remedy what to do when the server's certificate is not trusted, as a sentence
    Exchange(String server, Trust trust, Connections connections, Connections.Offer offer, String remedy) {
        this.server = server;
        this.trust = trust;
        this.connections = connections;
        this.offer = offer;
        this.remedy = remedy;
    }

    /// Sends a request and waits for the whole answer.
    public Answer send(String method, URI uri, Map<String, String> headers, Optional<BodyPublisher> body) {
        var request = HttpRequest.newBuilder(uri)
                .timeout(REPLY)
                .header("Accept", "application/json")
                .method(method, body.orElseGet(HttpRequest.BodyPublishers::noBody));
        headers.forEach(request::header);
        try {
            return send(request.build());
        } catch (IOException e) {
            throw explain(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        }
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        try {
            var response = connections
                    .client(trust, offer)
                    .send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_BODY));
            return new Answer(
                    request.uri(),
                    server,
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.headers().firstValue("Date").orElse(""),
                    response.body());
        } catch (SSLException e) {
            if (offer == Connections.Offer.FULL || !mayBeTheOffer(e)) {
                throw e;
            }
            // The request was not sent yet: the handshake comes first.
            offer = Connections.Offer.FULL;
            return send(request);
        }
    }

    /// The server may have found nothing to agree on in what was offered: servers have many words for that, such as
    /// handshake_failure and insufficient_security, and unexpected_message in Java. Or it shows another certificate
    /// than it would otherwise: who offers X25519 alone says that it cannot check signatures of other curves.
    private static boolean mayBeTheOffer(SSLException e) {
        return mentions(e, "Received fatal alert: ") || has(e, CertificateException.class);
    }

    private Failure explain(URI uri, IOException e) {
        var there = "the %s at %s".formatted(server, origin(uri));
        return switch (e) {
            case HttpConnectTimeoutException slow ->
                new Unreachable(
                        "No connection to %s within %d seconds.".formatted(there, Connections.CONNECT.toSeconds()), e);
            case HttpTimeoutException slow ->
                Unreachable.withoutAnswer(
                        "No answer from %s within %d seconds.".formatted(there, REPLY.toSeconds()), e);
            case ConnectException refused
            when has(e, UnresolvedAddressException.class) ->
                new Failure("The host name %s of %s is not known.".formatted(uri.getHost(), there), e);
            case ConnectException refused ->
                new Unreachable("No connection to %s: it is not running, or the address is wrong.".formatted(there), e);
            case NoRouteToHostException noRoute -> new Unreachable("There is no route to %s.".formatted(there), e);
            case SSLException tls -> untrusted(uri, there, tls);
            default -> Unreachable.withoutAnswer("The connection to %s broke off (%s).".formatted(there, brief(e)), e);
        };
    }

    private Failure untrusted(URI uri, String there, SSLException e) {
        if (has(e, CertificateExpiredException.class) || has(e, CertificateNotYetValidException.class)) {
            return new Failure("The certificate of %s is expired or not valid yet.".formatted(there), e);
        }
        if (has(e, CertPathValidatorException.class) || mentions(e, "PKIX path")) {
            return new Failure("The certificate of %s is not signed by a CA you trust. %s".formatted(there, remedy), e);
        }
        if (has(e, CertificateException.class)) {
            return new Failure(
                    ("The certificate of %s is not made out to %s. Use the host name in the certificate, or log in with -k"
                                    + " to skip the check.")
                            .formatted(there, uri.getHost()),
                    e);
        }
        if (mentions(e, "Unsupported or unrecognized SSL message")) {
            return new Failure("Something else than %s answers there: it does not speak TLS.".formatted(there), e);
        }
        return new Unreachable("No secure connection to %s (%s).".formatted(there, brief(e)), e);
    }

    private static boolean has(Throwable e, Class<? extends Throwable> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static boolean mentions(Throwable e, String words) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && cause.getMessage().contains(words)) {
                return true;
            }
        }
        return false;
    }

    private static String brief(Throwable e) {
        return Text.line(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    /// Scheme, host and port.
    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
