package org.openpks.cli.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.NotLoggedIn;
import org.openpks.cli.http.Answer;
import org.openpks.cli.http.Connections;
import org.openpks.cli.http.Exchange;
import org.openpks.cli.http.Trust;

/// The token endpoint of a UAA.
public final class Uaa {
    /// The public client that the UAA keeps for this command; its secret is empty.
    private static final String CLIENT = "pks_cli";

    private final URI tokenEndpoint;
    private final Exchange exchange;

    public Uaa(URI uaa, Trust trust, Connections connections) {
        this.tokenEndpoint = uaa.resolve("/oauth/token");
        this.exchange = connections.to("UAA", trust);
    }

    /// Logs a user in.
    public Tokens password(String username, String password) {
        var form = form("password", CLIENT, "");
        form.put("username", username);
        form.put("password", password);
        form.put("response_type", "token");
        return tokens(post(form), "Credentials were rejected, please try again.");
    }

    /// Logs a client in.
    public Tokens clientCredentials(String client, String secret) {
        return tokens(post(form("client_credentials", client, secret)), "Credentials were rejected, please try again.");
    }

    /// Gets a new access token; fails with [NotLoggedIn] when the refresh token has ended too.
    Tokens refresh(String refreshToken) {
        var form = form("refresh_token", CLIENT, "");
        form.put("refresh_token", refreshToken);
        var answer = post(form);
        if (answer.status() == 401 || answer.status() == 400) {
            throw new NotLoggedIn();
        }
        var fresh = tokens(answer, "");
        return fresh.refresh().isPresent() ? fresh : new Tokens(fresh.access(), Optional.of(refreshToken));
    }

    private static Map<String, String> form(String grant, String client, String secret) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", grant);
        form.put("client_id", client);
        form.put("client_secret", secret);
        return form;
    }

    private Answer post(Map<String, String> form) {
        var body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(joining("&"));
        return exchange.send(
                "POST",
                tokenEndpoint,
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                Optional.of(BodyPublishers.ofString(body)));
    }

    private static Tokens tokens(Answer answer, String rejected) {
        if (!answer.isSuccess()) {
            throw refused(answer, rejected);
        }
        var json = answer.json();
        var access = json.text("access_token");
        if (access.isEmpty()) {
            throw answer.foreign("no access token");
        }
        return new Tokens(access, Optional.of(json.text("refresh_token")).filter(token -> !token.isEmpty()));
    }

    /// The UAA says the same for a wrong password and an unknown user; what differs (locked, expired, no scope) is
    /// worth showing.
    private static Failure refused(Answer answer, String rejected) {
        var json = answer.jsonIfAny();
        var why = json.text("error_description");
        if (json.text("error").isEmpty()) {
            return answer.foreign("no reason");
        }
        if (answer.status() == 401 && (why.isEmpty() || why.equals("Bad credentials"))) {
            return new Failure(rejected);
        }
        return new Failure("The UAA refused the login: " + (why.isEmpty() ? json.text("error") : why));
    }
}
