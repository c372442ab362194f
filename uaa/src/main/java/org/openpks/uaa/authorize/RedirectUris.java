package org.openpks.uaa.authorize;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a client may send a browser.
///
/// A registered address without a wildcard is compared letter by letter. `*.` before a host stands for any
/// subdomain, `:*` for any port, `*` in a path for anything but a slash, `**` for anything, also a query.
final class RedirectUris {

    private static final Pattern FORM = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/:?#]+)(?::(\\d+|\\*))?(/.*)?");

    private RedirectUris() {}

    static boolean allowed(List<String> registered, String uri) {
        return registered.stream().anyMatch(pattern -> matches(pattern, uri));
    }

    /// The one that is meant when a request names none.
    static Optional<String> only(List<String> registered) {
        return registered.size() == 1 && !registered.getFirst().contains("*")
                ? Optional.of(registered.getFirst())
                : Optional.empty();
    }

    private static boolean matches(String pattern, String uri) {
        if (pattern.equals(uri)) {
            return !pattern.contains("*");
        }
        var form = FORM.matcher(pattern);
        return pattern.contains("*")
                && form.matches()
                && parse(uri).filter(given -> matches(form, given)).isPresent();
    }

    private static boolean matches(Matcher pattern, URI uri) {
        var host = pattern.group(2);
        var port = pattern.group(3);
        var path = Optional.ofNullable(pattern.group(4)).orElse("");
        var given = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        return pattern.group(1).equalsIgnoreCase(uri.getScheme())
                && host(host, uri.getHost())
                && ("*".equals(port) || uri.getPort() == (port == null ? -1 : Integer.parseInt(port)))
                && Pattern.matches(expression(path), given);
    }

    private static boolean host(String pattern, String host) {
        return pattern.startsWith("*.")
                ? Pattern.matches("([A-Za-z0-9-]+\\.)+" + Pattern.quote(pattern.substring(2)), host)
                : pattern.equalsIgnoreCase(host);
    }

    private static String expression(String path) {
        var expression = new StringBuilder();
        var matcher = Pattern.compile("\\*\\*|\\*|[^*]+").matcher(path);
        while (matcher.find()) {
            expression.append(
                    switch (matcher.group()) {
                        case "**" -> ".*";
                        case "*" -> "[^/?]*";
                        default -> Pattern.quote(matcher.group());
                    });
        }
        return expression.toString();
    }

    /// An address with a host, and without what browsers and we could read differently.
    private static Optional<URI> parse(String text) {
        try {
            var uri = new URI(text);
            boolean plain = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && !text.contains("\\")
                    && !List.of(uri.getPath().split("/", -1)).contains("..");
            return plain ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
