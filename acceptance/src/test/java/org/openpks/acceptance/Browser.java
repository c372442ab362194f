package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A person's browser at UAA's pages: it keeps cookies, follows redirects and fills the log-in form.
final class Browser implements AutoCloseable {

    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");
    private static final Pattern CODE = Pattern.compile("<code>([^<]+)</code>");
    private static final int REDIRECTS = 10;

    private final HttpClient http;

    Browser(Product product) {
        http = HttpClient.newBuilder()
                .sslContext(product.tls())
                .version(HttpClient.Version.HTTP_1_1)
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /// Opens a page, logs in where it leads and returns the page where that leads.
    String logIn(URI page, String user, String password) {
        var form = open(page);
        var fields = new LinkedHashMap<String, String>();
        var hidden = HIDDEN.matcher(form.body());
        while (hidden.find()) {
            fields.put(hidden.group(1), hidden.group(2).replace("&amp;", "&"));
        }
        assertThat(fields).as(form.body()).isNotEmpty();
        fields.put("username", user);
        fields.put("password", password);
        var body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var answer = send(HttpRequest.newBuilder(form.uri().resolve("/login.do"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
        return follow(answer).body();
    }

    /// A one-time code of somebody who logs in for it.
    String passcode(URI page, String user, String password) {
        var shown = logIn(page, user, password);
        var code = CODE.matcher(shown);
        assertThat(code.find()).as(shown).isTrue();
        return code.group(1);
    }

    private HttpResponse<String> open(URI page) {
        return follow(send(HttpRequest.newBuilder(page)));
    }

    private HttpResponse<String> follow(HttpResponse<String> answer) {
        var last = answer;
        for (int i = 0; last.statusCode() == 302 && i < REDIRECTS; i++) {
            var location = last.headers().firstValue("Location").orElseThrow();
            last = send(HttpRequest.newBuilder(last.uri().resolve(location)));
        }
        assertThat(last.statusCode()).as(last.uri() + " " + last.body()).isEqualTo(200);
        return last;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.header("Accept", "text/html").build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
