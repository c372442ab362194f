package org.openpks.api;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.openpks.osb.OsbJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The API's description, as a test looks at it.
final class OpenApi {

    /// The one that is served.
    static final OpenApi CURRENT = read(Path.of("src", "main", "resources", "openapi.json"));

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final JsonNode document;
    private final Map<JsonNode, Schema> compiled = new ConcurrentHashMap<>();

    private OpenApi(JsonNode document) {
        this.document = document;
    }

    static OpenApi of(String text) {
        return new OpenApi(OsbJson.MAPPER.readTree(text));
    }

    static OpenApi read(Path file) {
        try {
            return of(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode document() {
        return document;
    }

    /// Its operations by `METHOD /path`.
    Map<String, JsonNode> operations() {
        var operations = new LinkedHashMap<String, JsonNode>();
        document.path("paths").properties().forEach(path -> path.getValue()
                .properties()
                .forEach(operation ->
                        operations.put(operation.getKey().toUpperCase() + " " + path.getKey(), operation.getValue())));
        return operations;
    }

    /// The operation that a request goes to.
    /// @param path with values in the place of variables
    Optional<JsonNode> operation(String method, String path) {
        var plain = path.replaceAll("\\?.*", "").replaceAll("/$", "");
        return operations().entrySet().stream()
                .filter(entry -> (method + " " + plain).matches(pattern(entry.getKey())))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static String pattern(String operation) {
        return operation.replace(".", "\\.").replaceAll("\\{[a-z]+}", "[^/]+");
    }

    /// A schema, or the one that it refers to.
    JsonNode resolved(JsonNode schema) {
        var reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : resolved(document.at(reference.substring(1)));
    }

    /// What is wrong with an answer.
    List<String> mistakes(JsonNode operation, int status, String body) {
        var response = operation.path("responses").path(Integer.toString(status));
        if (response.isMissingNode() && status >= 200 && status < 300) {
            return List.of("the status %d is not described".formatted(status));
        }
        var described =
                resolved(response.isMissingNode() ? operation.path("responses").path("default") : response);
        var schema = described.at("/content/application~1json/schema");
        if (schema.isMissingNode()) {
            return body.isEmpty() ? List.of() : List.of("a body is not described");
        }
        return mistakes(schema, body);
    }

    /// What is wrong with a request that was accepted.
    List<String> mistakesOfRequest(JsonNode operation, String body) {
        var schema = operation.at("/requestBody/content/application~1json/schema");
        return schema.isMissingNode() ? List.of() : mistakes(schema, body);
    }

    private List<String> mistakes(JsonNode schema, String body) {
        return compiled.computeIfAbsent(schema, this::compile).validate(OsbJson.MAPPER.readTree(body)).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    /// A schema that stands alone, with the components that it refers to.
    private Schema compile(JsonNode schema) {
        var alone = (ObjectNode) schema.deepCopy();
        alone.set("components", document.path("components"));
        return REGISTRY.getSchema(alone);
    }
}
