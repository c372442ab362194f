package org.openpks.cli.session;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openpks.cli.failure.Failure;

/// Where a PKS API answers: an https address without a path.
/// @param uri scheme, host and port, as in `https://api.pks.example.com:9021`
public record ApiAddress(URI uri) {
    private static final int API_PORT = 9021;
    private static final int UAA_PORT = 8443;
    /// In characters, by DNS.
    private static final int LONGEST_HOST = 253;

    private static final Pattern FORM =
            Pattern.compile("(?:(https)://)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?/*");

    /// Reads what people give to `--api`: a host, `https://host` or `https://host:9021`.
    public static ApiAddress parse(String text) {
        return new ApiAddress(parse(text, API_PORT, "--api"));
    }

    /// Reads an address of a UAA.
    public static URI parseUaa(String text) {
        return parse(text, UAA_PORT, "--uaa");
    }

    private static URI parse(String text, int defaultPort, String flag) {
        var form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches() || form.group(2).length() > LONGEST_HOST) {
            throw new Failure(
                    "invalid argument \"%s\" for \"%s\": give a host name like api.pks.example.com, or https://HOST:PORT"
                            .formatted(text, flag));
        }
        int port = Optional.ofNullable(form.group(3)).map(Integer::parseInt).orElse(defaultPort);
        if (port < 1 || port > 65535) {
            throw new Failure(
                    "invalid argument \"%s\" for \"%s\": a port is a number from 1 to 65535".formatted(text, flag));
        }
        return URI.create("https://%s:%d".formatted(form.group(2), port));
    }

    /// The address as people say it: without scheme and usual port.
    public String display() {
        return uri.getPort() == API_PORT ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /// Where the UAA stands unless said otherwise: same host, port 8443.
    public URI usualUaa() {
        return URI.create("https://%s:%d".formatted(uri.getHost(), UAA_PORT));
    }
}
