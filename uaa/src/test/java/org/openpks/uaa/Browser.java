package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A browser in as far as the pages need one: cookies, and forms with their hidden fields.
final class Browser {

    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

    private final Uaa uaa;
    private final Map<String, String> cookies = new HashMap<>();

    Browser(Uaa uaa) {
        this.uaa = uaa;
    }

    /// An address without scheme and host: what this browser asks for.
    static String path(String location) {
        return location.replaceFirst("^https?://[^/]+", "");
    }

    Map<String, String> cookies() {
        return cookies;
    }

    Uaa.Answer get(String path) {
        return send(HttpRequest.newBuilder(uaa.uri(path)).GET());
    }

    Uaa.Answer post(String path, Map<String, String> fields) {
        var body = fields.entrySet().stream()
                .map(field -> Uaa.encode(field.getKey()) + "=" + Uaa.encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(uaa.uri(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    /// Goes to a path, is sent to the log-in page, logs in, and is where it wanted to be.
    Uaa.Answer logIn(String path, String user, String password) {
        var sent = get(path).expect(302);
        var page = get(sent.header("Location")).expect(200);
        var answer = post("/login.do", with(hidden(page), "username", user, "password", password));
        return answer.status() == 302 && answer.header("Location").startsWith("/oauth")
                ? get(answer.header("Location"))
                : answer;
    }

    static Map<String, String> hidden(Uaa.Answer page) {
        var fields = new LinkedHashMap<String, String>();
        var matcher = HIDDEN.matcher(page.body());
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2).replace("&amp;", "&"));
        }
        assertThat(fields).as(page.body()).isNotEmpty();
        return fields;
    }

    static Map<String, String> with(Map<String, String> fields, String... more) {
        var all = new LinkedHashMap<>(fields);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    /// The parameters of a query or fragment.
    static Map<String, String> parameters(String location) {
        var uri = URI.create(location);
        var text = uri.getRawFragment() == null ? uri.getRawQuery() : uri.getRawFragment();
        return Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private Uaa.Answer send(HttpRequest.Builder request) {
        request.header("Accept", "text/html,application/xhtml+xml");
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        var answer = uaa.send(request);
        for (var cookie : answer.response().headers().allValues("Set-Cookie")) {
            assertThat(cookie).contains("HttpOnly", "SameSite=Lax");
            var pair = cookie.split(";")[0].split("=", 2);
            if (pair[1].isEmpty()) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
        return answer;
    }
}
