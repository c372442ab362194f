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

/// The endpoints of a UAA.
public final class Uaa {
    /// The public client that the UAA keeps for this command; its secret is empty.
    public static final String CLIENT = "pks_cli";

    private static final String REJECTED = "Credentials were rejected, please try again.";

    private final URI uaa;
    private final URI tokenEndpoint;
    private final Exchange exchange;

    public Uaa(URI uaa, Trust trust, Connections connections) {
        this.uaa = uaa;
        this.tokenEndpoint = uaa.resolve("/oauth/token");
        this.exchange = connections.to("UAA", trust);
    }

    /// Logs a user in.
    public Tokens logIn(Proof proof) {
        return tokens(post(form(CLIENT, proof, "token")), rejected(proof));
    }

    /// What this UAA calls itself in its tokens.
    public String issuer() {
        var answer = exchange.send("GET", uaa.resolve("/.well-known/openid-configuration"), Map.of(), Optional.empty());
        return answer.isSuccess() ? answer.json().text("issuer") : "";
    }

    /// Logs a user in at a cluster, which takes id tokens that are meant for its client.
    public IdTokens idTokens(String client, Proof proof) {
        return idTokens(post(form(client, proof, "id_token")), rejected(proof));
    }

    /// Gets a new id token; nothing when the refresh token has ended.
    public Optional<IdTokens> refresh(String client, String refreshToken) {
        var form = form("refresh_token", client, "");
        form.put("refresh_token", refreshToken);
        var answer = post(form);
        if (answer.status() == 401 || answer.status() == 400) {
            return Optional.empty();
        }
        var fresh = idTokens(answer, REJECTED);
        return Optional.of(fresh.refresh().isEmpty() ? new IdTokens(fresh.id(), fresh.access(), refreshToken) : fresh);
    }

    private static IdTokens idTokens(Answer answer, String rejected) {
        if (!answer.isSuccess()) {
            throw refused(answer, rejected);
        }
        var id = answer.json().text("id_token");
        if (id.isEmpty()) {
            throw answer.foreign("no id token");
        }
        return new IdTokens(
                id, answer.json().text("access_token"), answer.json().text("refresh_token"));
    }

    /// @param access for the API; empty when there is none
    /// @param refresh empty when there is none
    public record IdTokens(String id, String access, String refresh) {
        @Override
        public String toString() {
            return "IdTokens[...]";
        }
    }

    /// Logs a client in.
    public Tokens clientCredentials(String client, String secret) {
        return tokens(post(form("client_credentials", client, secret)), REJECTED);
    }

    URI passcodePage() {
        return uaa.resolve("/passcode");
    }

    /// Where a browser logs in and comes back with a code.
    URI authorizePage(String client, URI redirect, String state, String challenge) {
        return uaa.resolve("/oauth/authorize?response_type=code&client_id=%s&redirect_uri=%s&state=%s"
                        .formatted(client, URLEncoder.encode(redirect.toString(), UTF_8), state)
                + "&code_challenge_method=S256&code_challenge=" + challenge);
    }

    private static Map<String, String> form(String client, Proof proof, String responseType) {
        var form = form(proof instanceof Proof.Code ? "authorization_code" : "password", client, "");
        switch (proof) {
            case Proof.Password(var username, var password) -> {
                form.put("username", username);
                form.put("password", password);
            }
            case Proof.Passcode(var code) -> form.put("passcode", code);
            case Proof.Code(var code, var redirect, var verifier) -> {
                form.put("code", code);
                form.put("redirect_uri", redirect.toString());
                form.put("code_verifier", verifier);
            }
        }
        form.put("response_type", responseType);
        return form;
    }

    private static String rejected(Proof proof) {
        return proof instanceof Proof.Passcode
                ? "The code was rejected: it works once and for five minutes. Get a new one."
                : REJECTED;
    }

    /// Ends the refresh token. The UAA knows it also by its digest, which may stand in an address without harm.
    void revoke(Tokens tokens) {
        tokens.refresh().ifPresent(token -> {
            var answer = exchange.send(
                    "DELETE",
                    uaa.resolve("/oauth/token/revoke/" + Tokens.digest(token)),
                    Map.of("Authorization", "Bearer " + tokens.access()),
                    Optional.empty());
            // 404: it has ended already, or the UAA is one that knows no digests.
            if (!answer.isSuccess() && answer.status() != 404) {
                throw new Failure("the UAA answered HTTP %d".formatted(answer.status()));
            }
        });
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

    /// The UAA says the same for a wrong password and an unknown user; what differs (locked, expired, no scope)
    /// is worth showing.
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
