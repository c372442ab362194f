package org.openpks.cli.api;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.NotLoggedIn;
import org.openpks.cli.failure.Unreachable;
import org.openpks.cli.http.Answer;
import org.openpks.cli.http.Exchange;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.Bearer;

/// Requests to one PKS API. Every refusal becomes a [Failure] with the API's own sentence where it has one.
final class ApiClient {
    private static final String NO_PRIVILEGE =
            "You do not have enough privileges to perform this action. Please contact the PKS administrator.";

    private final Bearer bearer;
    private final Exchange exchange;

    ApiClient(Bearer bearer) {
        this.bearer = bearer;
        this.exchange = bearer.exchange();
    }

    /// The object that is asked for.
    Json object(String method, String path, @Nullable Json body) {
        return object(accepted(send(method, path, body)));
    }

    /// The same of something that may be missing. A 404 without a sentence becomes the given failure.
    Json object(String method, String path, @Nullable Json body, Supplier<Failure> missing) {
        return object(accepted(send(method, path, body), missing));
    }

    /// The object, or nothing when there is none.
    Optional<Json> find(String path) {
        var answer = send("GET", path, null);
        return answer.status() == 404 ? Optional.empty() : Optional.of(object(accepted(answer)));
    }

    /// The object, or nothing when there is none, or the API does not know the question.
    Optional<Json> findIfKnown(String path) {
        var answer = send("GET", path, null);
        return answer.status() == 404 || answer.status() == 405
                ? Optional.empty()
                : Optional.of(object(accepted(answer)));
    }

    Json list(String path) {
        var answer = accepted(send("GET", path, null));
        var json = answer.json();
        if (!json.isArray()) {
            throw answer.foreign("something else than was asked for");
        }
        return json;
    }

    /// The list of something that may be missing, as in [#object].
    Json list(String path, Supplier<Failure> missing) {
        var answer = accepted(send("GET", path, null), missing);
        var json = answer.json();
        if (!json.isArray()) {
            throw answer.foreign("something else than was asked for");
        }
        return json;
    }

    /// A request whose answer says nothing but yes.
    void order(String method, String path, @Nullable Json body) {
        accepted(send(method, path, body));
    }

    /// The same for something that may be missing, as in [#object].
    void order(String method, String path, @Nullable Json body, Supplier<Failure> missing) {
        accepted(send(method, path, body), missing);
    }

    /// A name as one part of a path; nothing when no path can carry it.
    static Optional<String> segment(String name) {
        return name.isEmpty() || name.equals(".") || name.equals("..")
                ? Optional.empty()
                : Optional.of(URLEncoder.encode(name, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("*", "%2A"));
    }

    /// A token that the API refuses is renewed once: it may have been revoked, or the clocks differ.
    private Answer send(String method, String path, @Nullable Json body) {
        var answer = sendOnce(method, path, body);
        if (answer.status() == 401) {
            bearer.renew();
            answer = sendOnce(method, path, body);
        }
        return answer;
    }

    private Answer sendOnce(String method, String path, @Nullable Json body) {
        URI uri = bearer.api().uri().resolve(path);
        var headers = new HashMap<String, String>();
        headers.put("Authorization", "Bearer " + bearer.accessToken());
        Optional<BodyPublisher> publisher = Optional.empty();
        if (body != null) {
            headers.put("Content-Type", "application/json");
            publisher = Optional.of(BodyPublishers.ofString(body.toString()));
        }
        try {
            return exchange.send(method, uri, headers, publisher);
        } catch (Unreachable e) {
            throw method.equals("GET") ? e : e.ofAChange();
        }
    }

    private static Answer accepted(Answer answer, Supplier<Failure> missing) {
        if (answer.status() == 404 && sentence(answer).isEmpty()) {
            throw missing.get();
        }
        return accepted(answer);
    }

    private static Answer accepted(Answer answer) {
        if (answer.isSuccess() && !answer.isPage()) {
            return answer;
        }
        var sentence = sentence(answer);
        throw switch (answer.status()) {
            case 401 -> new NotLoggedIn();
            case 403 -> new Failure(sentence.orElse(NO_PRIVILEGE));
            case 502, 503, 504 ->
                new Unreachable(
                        sentence.orElseGet(() -> String.valueOf(wordless(answer).getMessage())));
            default -> sentence.map(Failure::new).orElseGet(() -> wordless(answer));
        };
    }

    private static Failure wordless(Answer answer) {
        if (answer.status() >= 500 && answer.contentType().startsWith("application/json")) {
            return new Failure("An error occurred in the PKS API when processing");
        }
        return answer.foreign(answer.isPage() ? "a web page" : "no reason");
    }

    /// What the API says about a refusal: `{"body": "..."}`.
    private static Optional<String> sentence(Answer answer) {
        return Optional.of(answer.jsonIfAny().text("body")).filter(text -> !text.isBlank());
    }

    private static Json object(Answer answer) {
        var json = answer.json();
        if (!json.isObject()) {
            throw answer.foreign("something else than was asked for");
        }
        return json;
    }
}
