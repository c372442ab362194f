package org.openpks.osb;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;

/// A client over HTTP with Basic credentials. Reads that fail on the network are tried once more; writes are sent
/// once and left to the caller to repeat.
public final class HttpOsbClient implements OsbClient {

    /// The version that we speak.
    public static final String VERSION = "2.17";

    /// Platforms wait about this long for an answer.
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http;
    private final String base;
    private final String authorization;

    /// @param http trusts the broker's certificate; see [org.openpks.kernel.TlsClients]
    /// @param base the broker's address without `/v2`
    public HttpOsbClient(HttpClient http, URI base, String user, String password) {
        this.http = http;
        this.base = base.toString().replaceAll("/+$", "");
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Catalog catalog() {
        return read(expect(send("GET", "/v2/catalog", null, Optional.empty()), 200), Catalog.class);
    }

    @Override
    public Outcome provision(String instanceId, ProvisionRequest request, Optional<OriginatingIdentity> identity) {
        return outcome(send("PUT", instancePath(instanceId) + "?accepts_incomplete=true", request, identity));
    }

    @Override
    public Outcome update(String instanceId, UpdateRequest request, Optional<OriginatingIdentity> identity) {
        return outcome(send("PATCH", instancePath(instanceId) + "?accepts_incomplete=true", request, identity));
    }

    @Override
    public Outcome deprovision(
            String instanceId, String serviceId, String planId, Optional<OriginatingIdentity> identity) {
        var query = new LinkedHashMap<String, String>();
        query.put("accepts_incomplete", "true");
        query.put("service_id", serviceId);
        query.put("plan_id", planId);
        var response = send("DELETE", instancePath(instanceId) + query(query), null, identity);
        return response.statusCode() == 410 ? new Outcome.Gone() : outcome(response);
    }

    @Override
    public Poll lastOperation(String instanceId, String serviceId, String planId, Optional<String> operation) {
        var query = new LinkedHashMap<String, String>();
        query.put("service_id", serviceId);
        query.put("plan_id", planId);
        operation.ifPresent(value -> query.put("operation", value));
        var response = send("GET", instancePath(instanceId) + "/last_operation" + query(query), null, Optional.empty());
        return switch (response.statusCode()) {
            case 410 -> new Poll.Gone();
            case 404 -> new Poll.Unknown();
            default ->
                new Poll.Answer(
                        read(expect(response, 200), LastOperation.class),
                        response.headers().firstValue("Retry-After").flatMap(HttpOsbClient::seconds));
        };
    }

    @Override
    public OperationSteps operationSteps(String instanceId, Optional<String> operation, int since) {
        var query = new LinkedHashMap<String, String>();
        query.put("since", Integer.toString(since));
        operation.ifPresent(value -> query.put("operation", value));
        var path = instancePath(instanceId) + "/operation_steps" + query(query);
        return read(expect(send("GET", path, null, Optional.empty()), 200), OperationSteps.class);
    }

    @Override
    public InstanceCertificates certificates(String instanceId) {
        var path = instancePath(instanceId) + "/certificates";
        return read(expect(send("GET", path, null, Optional.empty()), 200), InstanceCertificates.class);
    }

    @Override
    public Optional<ServiceInstance> instance(String instanceId) {
        var response = send("GET", instancePath(instanceId), null, Optional.empty());
        return response.statusCode() == 404
                ? Optional.empty()
                : Optional.of(read(expect(response, 200), ServiceInstance.class));
    }

    @Override
    public ServiceBinding bind(
            String instanceId, String bindingId, BindRequest request, Optional<OriginatingIdentity> identity) {
        var response = send("PUT", bindingPath(instanceId, bindingId), request, identity);
        return read(expect(response, 200, 201), ServiceBinding.class);
    }

    @Override
    public Optional<ServiceBinding> binding(String instanceId, String bindingId) {
        var response = send("GET", bindingPath(instanceId, bindingId), null, Optional.empty());
        return response.statusCode() == 404
                ? Optional.empty()
                : Optional.of(read(expect(response, 200), ServiceBinding.class));
    }

    @Override
    public void unbind(
            String instanceId,
            String bindingId,
            String serviceId,
            String planId,
            Optional<OriginatingIdentity> identity) {
        var query = new LinkedHashMap<String, String>();
        query.put("service_id", serviceId);
        query.put("plan_id", planId);
        var response = send("DELETE", bindingPath(instanceId, bindingId) + query(query), null, identity);
        if (response.statusCode() != 410) {
            expect(response, 200);
        }
    }

    private Outcome outcome(HttpResponse<String> response) {
        var body = read(expect(response, 200, 201, 202), OperationResponse.class);
        return response.statusCode() == 202
                ? new Outcome.InProgress(
                        Optional.ofNullable(body.operation()), Optional.ofNullable(body.dashboardUrl()))
                : new Outcome.Done(Optional.ofNullable(body.dashboardUrl()));
    }

    private HttpResponse<String> send(
            String method, String path, @Nullable Object body, Optional<OriginatingIdentity> identity) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Authorization", authorization)
                .header("X-Broker-API-Version", VERSION)
                .header("X-Broker-API-Request-Identity", UUID.randomUUID().toString())
                .header("Accept", "application/json");
        identity.ifPresent(who -> request.header("X-Broker-API-Originating-Identity", who.header()));
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json");
            request.method(method, HttpRequest.BodyPublishers.ofString(OsbJson.MAPPER.writeValueAsString(body)));
        }
        int attempts = method.equals("GET") ? 2 : 1;
        for (int attempt = 1; ; attempt++) {
            try {
                return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                if (attempt >= attempts) {
                    throw new Fault(
                            OsbFault.BROKER_UNREACHABLE,
                            "The service broker does not answer. Please try again later.",
                            "broker=%s request=%s cause=%s".formatted(base, method, e),
                            e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Fault(
                        OsbFault.BROKER_UNREACHABLE, "The request to the service broker was interrupted.", "", e);
            }
        }
    }

    private HttpResponse<String> expect(HttpResponse<String> response, int... statuses) {
        for (int status : statuses) {
            if (response.statusCode() == status) {
                return response;
            }
        }
        throw fault(response);
    }

    private static Fault fault(HttpResponse<String> response) {
        OsbError error;
        try {
            error = OsbJson.MAPPER.readValue(response.body(), OsbError.class);
        } catch (JacksonException e) {
            error = new OsbError(null, null);
        }
        if (error == null) {
            error = new OsbError(null, null);
        }
        var word = Optional.ofNullable(error.error()).orElse("");
        var code =
                switch (response.statusCode()) {
                    case 400, 413, 415 -> OsbFault.REQUEST_INVALID;
                    case 401, 403 -> OsbFault.BROKER_UNAUTHORISED;
                    case 404 -> OsbFault.INSTANCE_UNKNOWN;
                    case 409 -> OsbFault.INSTANCE_CONFLICT;
                    case 410 -> OsbFault.INSTANCE_GONE;
                    case 412 -> OsbFault.VERSION_REFUSED;
                    case 422 ->
                        switch (word) {
                            case "AsyncRequired" -> OsbFault.ASYNC_REQUIRED;
                            case "ConcurrencyError" -> OsbFault.CONCURRENCY;
                            case "MaintenanceInfoConflict" -> OsbFault.MAINTENANCE_INFO_CONFLICT;
                            case "QuotaExceeded" -> OsbFault.QUOTA_EXCEEDED;
                            default -> OsbFault.REFUSED;
                        };
                    case 502, 503, 504 -> OsbFault.BROKER_UNAVAILABLE;
                    default ->
                        response.statusCode() >= 500 || response.statusCode() < 400
                                ? OsbFault.BROKER_FAILED
                                : OsbFault.REFUSED;
                };
        var said = Optional.ofNullable(error.description()).orElse("");
        var message =
                said.isBlank() ? "The service broker answered with status %d.".formatted(response.statusCode()) : said;
        return new Fault(code, message, "status=%d error=%s".formatted(response.statusCode(), word));
    }

    private static <T> T read(HttpResponse<String> response, Class<T> type) {
        try {
            return OsbJson.MAPPER.readValue(response.body(), type);
        } catch (JacksonException | IllegalArgumentException e) {
            // The body may hold credentials, so neither it nor the parser's excerpt of it is kept.
            throw new Fault(
                    OsbFault.BROKER_FAILED,
                    "The service broker gave an answer that cannot be read.",
                    "status=%d type=%s".formatted(response.statusCode(), type.getSimpleName()));
        }
    }

    private static Optional<Integer> seconds(String text) {
        return text.matches("\\d{1,6}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }

    private static String instancePath(String instanceId) {
        return "/v2/service_instances/" + encode(instanceId);
    }

    private static String bindingPath(String instanceId, String bindingId) {
        return instancePath(instanceId) + "/service_bindings/" + encode(bindingId);
    }

    private static String query(Map<String, String> values) {
        var text = new StringBuilder();
        values.forEach((name, value) ->
                text.append(text.isEmpty() ? '?' : '&').append(name).append('=').append(encode(value)));
        return text.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
