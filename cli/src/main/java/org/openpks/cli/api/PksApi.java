package org.openpks.cli.api;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.NotLoggedIn;
import org.openpks.cli.failure.Unreachable;
import org.openpks.cli.http.Answer;
import org.openpks.cli.http.Exchange;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.LiveSession;

/// The PKS API of the current session. Every refusal becomes a [Failure] with the API's own sentence where it has
/// one.
public final class PksApi {
    private static final String NO_PRIVILEGE =
            "You do not have enough privileges to perform this action. Please contact the PKS administrator.";

    private final LiveSession session;
    private final Exchange exchange;

    public PksApi(LiveSession session) {
        this.session = session;
        this.exchange = session.exchange();
    }

    /// All plans, as the API sent them.
    public Json plansJson() {
        return list(accepted(send("GET", "/v1/plans", null)));
    }

    public static List<Plan> plans(Json json) {
        return json.items().stream().map(Plan::of).toList();
    }

    /// All clusters the user may see, as the API sent them.
    public Json clustersJson() {
        return list(accepted(send("GET", "/v1/clusters", null)));
    }

    public static List<Cluster> clusters(Json json) {
        return json.items().stream().map(Cluster::of).toList();
    }

    /// The cluster; fails when there is none of that name.
    public Cluster cluster(ClusterName name) {
        return findCluster(name).orElseThrow(() -> unknown(name));
    }

    /// The cluster, or nothing when there is none of that name.
    public Optional<Cluster> findCluster(ClusterName name) {
        if (!name.isAddressable()) {
            return Optional.empty();
        }
        var answer = send("GET", path(name), null);
        return answer.status() == 404 ? Optional.empty() : Optional.of(Cluster.of(object(accepted(answer))));
    }

    /// The steps of the cluster's last operation since a position; nothing when the cluster is gone or the API is
    /// too old to tell.
    public Optional<Progress> progress(ClusterName name, long since) {
        var answer = send("GET", path(name) + "/steps?since=" + since, null);
        return answer.status() == 404 || answer.status() == 405
                ? Optional.empty()
                : Optional.of(Progress.of(object(accepted(answer)), since));
    }

    /// Orders a cluster; it is being made when this returns.
    public Cluster create(ClusterOrder order) {
        return Cluster.of(object(accepted(send("POST", "/v1/clusters", order.toJson()))));
    }

    /// Changes the number of workers; the change is under way when this returns.
    public void resize(ClusterName name, WorkerCount workers) {
        accepted(name, send("PATCH", known(name), Json.object(Map.of("kubernetes_worker_instances", workers.value()))));
    }

    /// Upgrades a cluster; the upgrade is under way when this returns. Returns the task as the API sent it.
    public Json upgrade(ClusterName name) {
        known(name);
        var body = Json.object(Map.of("clusters", List.of(name.toString())));
        return object(accepted(send("PATCH", "/v1/clusters", body)));
    }

    /// Deletes a cluster; the deletion is under way when this returns.
    public void delete(ClusterName name) {
        accepted(name, send("DELETE", known(name), null));
    }

    /// Makes credentials for the cluster: a kubeconfig as JSON.
    public Json bind(ClusterName name) {
        return object(accepted(name, send("POST", known(name) + "/binds", Json.object(Map.of()))));
    }

    private static String path(ClusterName name) {
        return "/v1/clusters/" + name;
    }

    private static String known(ClusterName name) {
        if (!name.isAddressable()) {
            throw unknown(name);
        }
        return path(name);
    }

    /// A token that the API refuses is renewed once: it may have been revoked, or the clocks differ.
    private Answer send(String method, String path, @Nullable Json body) {
        var answer = sendOnce(method, path, body);
        if (answer.status() == 401) {
            session.renew();
            answer = sendOnce(method, path, body);
        }
        return answer;
    }

    private Answer sendOnce(String method, String path, @Nullable Json body) {
        URI uri = session.session().api().uri().resolve(path);
        var headers = new HashMap<String, String>();
        headers.put("Authorization", "Bearer " + session.accessToken());
        Optional<BodyPublisher> publisher = Optional.empty();
        if (body != null) {
            headers.put("Content-Type", "application/json");
            publisher = Optional.of(BodyPublishers.ofString(body.toString()));
        }
        return exchange.send(method, uri, headers, publisher);
    }

    private static Answer accepted(ClusterName name, Answer answer) {
        if (answer.status() == 404 && sentence(answer).isEmpty()) {
            throw unknown(name);
        }
        return accepted(answer);
    }

    private static Answer accepted(Answer answer) {
        if (answer.isSuccess()) {
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
        return answer.foreign(answer.contentType().startsWith("text/html") ? "a web page" : "no reason");
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

    private static Json list(Answer answer) {
        var json = answer.json();
        if (!json.isArray()) {
            throw answer.foreign("something else than was asked for");
        }
        return json;
    }

    private static Failure unknown(ClusterName name) {
        return new Failure("Cluster %s not found".formatted(name));
    }
}
