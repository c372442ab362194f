package org.openpks.server.errand;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.kernel.Fault;
import org.openpks.osb.HttpOsbClient;
import org.openpks.osb.OsbClient;
import org.openpks.osb.OsbJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The broker's management API over HTTP.
public final class HttpFleet implements Fleet {

    private final HttpClient http;
    private final URI broker;
    private final String authorization;
    private final Duration timeout;
    private final OsbClient osb;

    private record UpgradeBody(@JsonProperty("plan_id") String planId, Map<String, Object> context) {}

    /// @param timeout of one request
    public HttpFleet(HttpClient http, URI broker, String user, String password, Duration timeout) {
        this.http = http;
        this.broker = broker;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        this.timeout = timeout;
        this.osb = new HttpOsbClient(http, broker, user, password);
    }

    @Override
    public List<Instance> instances() {
        try {
            var answer = send("GET", "/mgmt/service_instances", "");
            if (answer.statusCode() != 200) {
                throw unexpected(answer);
            }
            return json(answer)
                    .valueStream()
                    .map(one -> new Instance(
                            one.path("service_instance_id").asString(),
                            one.path("plan_id").asString()))
                    .toList();
        } catch (IOException e) {
            throw silent(e);
        }
    }

    @Override
    public Answer upgrade(Instance instance) {
        HttpResponse<String> answer;
        try {
            answer = send(
                    "PATCH",
                    "/mgmt/service_instances/%s?operation_type=upgrade".formatted(instance.id()),
                    OsbJson.MAPPER.writeValueAsString(new UpgradeBody(instance.planId(), Map.of())));
        } catch (IOException e) {
            return new Answer.Busy("the broker does not answer: " + e.getMessage());
        }
        return switch (answer.statusCode()) {
            case 202 -> new Answer.Accepted(answer.body());
            case 204 -> new Answer.UpToDate();
            case 404 -> new Answer.Deleted();
            case 410 -> new Answer.Orphan();
            case 409, 502, 503, 504 -> new Answer.Busy(sentence(answer));
            default -> new Answer.Refused(sentence(answer));
        };
    }

    @Override
    public Progress progress(Instance instance, String operation) {
        try {
            var poll = osb.lastOperation(instance.id(), serviceId(), instance.planId(), Optional.of(operation));
            return switch (poll) {
                case OsbClient.Poll.Answer(var last, var pace) -> {
                    var said = Optional.ofNullable(last.description()).orElse("");
                    yield switch (last.state()) {
                        case IN_PROGRESS -> new Progress.Running(said);
                        case SUCCEEDED -> new Progress.Done();
                        case FAILED -> new Progress.Failed(said.isBlank() ? "the broker gives no cause" : said);
                    };
                }
                case OsbClient.Poll.Gone() -> new Progress.Failed("it was deleted meanwhile");
                case OsbClient.Poll.Unknown() -> new Progress.Failed("it was deleted meanwhile");
            };
        } catch (Fault e) {
            return new Progress.Silent(e.userMessage());
        }
    }

    private String serviceId() {
        return osb.catalog().services().getFirst().id();
    }

    private HttpResponse<String> send(String method, String path, String body) throws IOException {
        var request = HttpRequest.newBuilder(broker.resolve(path))
                .timeout(timeout)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String sentence(HttpResponse<String> answer) {
        try {
            var said =
                    OsbJson.MAPPER.readTree(answer.body()).path("description").asString("");
            if (!said.isBlank()) {
                return said;
            }
        } catch (JacksonException e) {
            // Said below.
        }
        return "the broker answered with status " + answer.statusCode();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return OsbJson.MAPPER.readTree(answer.body());
        } catch (JacksonException e) {
            throw unexpected(answer);
        }
    }

    private static Fault unexpected(HttpResponse<String> answer) {
        return new Fault(
                ErrandFault.CONTROL_PLANE,
                "The broker's management API gives an answer of an unknown kind, with status %d: %s"
                        .formatted(answer.statusCode(), sentence(answer)));
    }

    private static Fault silent(IOException e) {
        return new Fault(
                ErrandFault.CONTROL_PLANE,
                "The broker does not answer. 'bin/pks-server status' tells whether the control plane is up.",
                String.valueOf(e.getMessage()),
                e);
    }
}
