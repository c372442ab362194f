package org.openpks.bosh;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/// A CredHub over HTTP.
public final class HttpCredHub implements CredHub {

    private final BoshHttp http;

    /// @param base `https://HOST:8844`, with or without the `/api` that config servers are configured with
    public HttpCredHub(HttpClient http, URI base, Authorization authorization) {
        this(http, base, authorization, BoshHttp.PATIENCE);
    }

    /// @param patience how long one answer may take; uploads have their own time
    public HttpCredHub(HttpClient http, URI base, Authorization authorization, Duration patience) {
        var root = base.toString().replaceAll("/+$", "").replaceAll("/api$", "");
        this.http = new BoshHttp("CredHub", http, URI.create(root), authorization, patience);
    }

    @Override
    public Optional<Object> get(String name) {
        var query = new LinkedHashMap<String, String>();
        query.put("name", name);
        query.put("current", "true");
        var response = http.repeatable("/api/v1/data" + BoshHttp.query(query), HttpRequest.Builder::GET);
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        var value = http.tree(http.expect(response, 200)).path("data").path(0).path("value");
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(plain(value));
    }

    @Override
    public void set(String name, String value) {
        put(name, "value", value);
    }

    @Override
    public void set(String name, Map<String, Object> value) {
        put(name, "json", value);
    }

    private void put(String name, String type, Object value) {
        var body = new LinkedHashMap<String, Object>();
        body.put("name", name);
        body.put("type", type);
        body.put("value", value);
        var text = BoshJson.MAPPER.writeValueAsString(body);
        var response = http.repeatable("/api/v1/data", request -> request.header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(text)));
        http.expect(response, 200, 201);
    }

    @Override
    public List<String> names(String path) {
        var query = new LinkedHashMap<String, String>();
        query.put("path", path.length() > 1 ? path.replaceAll("/+$", "") : path);
        var response = http.repeatable("/api/v1/data" + BoshHttp.query(query), HttpRequest.Builder::GET);
        var names = new ArrayList<String>();
        if (response.statusCode() != 404) {
            http.tree(http.expect(response, 200))
                    .path("credentials")
                    .forEach(item -> names.add(item.path("name").asString("")));
        }
        return names;
    }

    @Override
    public void delete(String name) {
        var query = BoshHttp.query(new LinkedHashMap<>(Map.of("name", name)));
        http.expect(http.repeatable("/api/v1/data" + query, HttpRequest.Builder::DELETE), 200, 204, 404);
    }

    @Override
    public List<Certificate> certificates(String prefix) {
        var response = http.expect(http.repeatable("/api/v1/certificates", HttpRequest.Builder::GET), 200);
        var found = new ArrayList<Certificate>();
        http.tree(response).path("certificates").forEach(item -> {
            var name = item.path("name").asString("");
            if (name.startsWith(prefix)) {
                found.add(certificate(name, item));
            }
        });
        return found;
    }

    private static Certificate certificate(String name, JsonNode item) {
        var versions = new ArrayList<Certificate.Version>();
        item.path("versions")
                .forEach(version -> versions.add(new Certificate.Version(
                        version.path("id").asString(""),
                        Optional.of(version.path("expiry_date").asString(""))
                                .filter(text -> !text.isEmpty())
                                .map(Instant::parse),
                        version.path("transitional").asBoolean(false),
                        version.path("certificate_authority").asBoolean(false))));
        return new Certificate(
                item.path("id").asString(""), name, item.path("signed_by").asString(""), versions);
    }

    @Override
    public void regenerate(Certificate certificate, boolean transitional) {
        post(way(certificate) + "/regenerate", Map.of("set_as_transitional", transitional));
    }

    @Override
    public void regenerateSignedBy(Certificate authority) {
        post("/api/v1/bulk-regenerate", Map.of("signed_by", authority.name()));
    }

    private void post(String path, Map<String, Object> body) {
        var text = BoshJson.MAPPER.writeValueAsString(body);
        http.expect(
                http.once(path, request -> request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(text))),
                200);
    }

    @Override
    public void setTransitional(Certificate certificate, Optional<Certificate.Version> version) {
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("version", version.map(Certificate.Version::id).orElse(null));
        var text = BoshJson.MAPPER.writeValueAsString(body);
        http.expect(
                http.repeatable(way(certificate) + "/update_transitional_version", request -> request.header(
                                "Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(text))),
                200);
    }

    private static String way(Certificate certificate) {
        return "/api/v1/certificates/" + BoshHttp.encode(certificate.id());
    }

    private static Object plain(JsonNode value) {
        return value.isString()
                ? value.asString()
                : BoshJson.MAPPER.convertValue(value, new TypeReference<Object>() {});
    }
}
