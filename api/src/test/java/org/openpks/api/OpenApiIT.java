package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.node.StringNode;

/// The document and the server agree, in both directions, and a later document breaks no client of an earlier
/// one. That real answers keep to the document is checked by [TestApi], with every answer of every test.
class OpenApiIT {

    private static final OpenApi DOCUMENT = OpenApi.CURRENT;

    /// Never changes, except by what a release adds.
    private static final OpenApi RELEASED = OpenApi.read(Path.of("src", "test", "resources", "openapi-1.7.json"));

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /// Every mapped route of the API.
    private static Map<String, HandlerMethod> routes() {
        var routes = new TreeMap<String, HandlerMethod>();
        api.running()
                .bean(RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((info, handler) -> {
                    for (var path : Objects.requireNonNull(info.getPathPatternsCondition())
                            .getPatternValues()) {
                        for (var method : info.getMethodsCondition().getMethods()) {
                            if (path.startsWith("/v1/")) {
                                routes.put(method + " " + path, handler);
                            }
                        }
                    }
                });
        return routes;
    }

    @Test
    void isServedToEverybodyAsItIsCheckedIn() {
        api.as("");
        var answer = api.get("/v1/openapi.json");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.json()).isEqualTo(DOCUMENT.document());
        assertThat(answer.json().path("openapi").asString()).isEqualTo("3.1.0");
    }

    @Test
    void hasTheRoutesOfTheServerAndNoOthers() {
        assertThat(new TreeSet<>(DOCUMENT.operations().keySet())).isEqualTo(new TreeSet<>(routes().keySet()));
    }

    @Test
    void hasTheFieldsOfTheServerAndNoOthers() {
        var differences = new ArrayList<String>();
        routes().forEach((route, handler) -> compare(route, handler, differences));
        assertThat(differences).isEmpty();
    }

    private static void compare(String route, HandlerMethod handler, List<String> differences) {
        var operation = DOCUMENT.operations().getOrDefault(route, StringNode.valueOf(""));
        var annotation = handler.getMethodAnnotation(ResponseStatus.class);
        int status = annotation == null ? 200 : annotation.code().value();
        var response = operation.path("responses").path(Integer.toString(status));
        if (response.isMissingNode()) {
            differences.add("%s answers %d, and the document does not say so".formatted(route, status));
        }
        var returned = handler.getMethod().getGenericReturnType();
        if (!handler.isVoid() && !raw(returned).equals(ResponseEntity.class)) {
            compare(route + " answer", returned, response.at("/content/application~1json/schema"), differences);
        }
        var queries = new TreeSet<String>();
        for (var parameter : handler.getMethodParameters()) {
            if (parameter.hasParameterAnnotation(RequestBody.class)) {
                compare(
                        route + " body",
                        parameter.getGenericParameterType(),
                        operation.at("/requestBody/content/application~1json/schema"),
                        differences);
            }
            var query = parameter.getParameterAnnotation(RequestParam.class);
            if (query != null) {
                queries.add(query.name().isEmpty() ? parameter.getParameter().getName() : query.name());
            }
        }
        var described = new TreeSet<String>();
        for (var parameter : operation.path("parameters")) {
            if (parameter.path("in").asString().equals("query")) {
                described.add(parameter.path("name").asString());
            }
        }
        if (!described.equals(queries)) {
            differences.add("%s has the query parameters %s, the document %s".formatted(route, queries, described));
        }
    }

    private static void compare(String place, Type type, JsonNode given, List<String> differences) {
        var schema = nonNull(DOCUMENT.resolved(given));
        var raw = raw(type);
        if (given.isMissingNode()) {
            differences.add(place + " is not in the document");
        } else if (raw == Object.class || JsonNode.class == raw) {
            return;
        } else if (raw.isRecord()) {
            compareFields(place, raw, schema, differences);
        } else if (Collection.class.isAssignableFrom(raw)) {
            expect(place, "array", schema, differences);
            compare(place + "[]", argument(type, 0), schema.path("items"), differences);
        } else if (Map.class.isAssignableFrom(raw)) {
            expect(place, "object", schema, differences);
        } else {
            expect(place, word(raw), schema, differences);
        }
    }

    private static void compareFields(String place, Class<?> record, JsonNode schema, List<String> differences) {
        expect(place, "object", schema, differences);
        var fields = new TreeMap<String, Type>();
        for (var component : record.getRecordComponents()) {
            fields.put(name(record, component), component.getGenericType());
        }
        var described = new TreeSet<>(schema.path("properties").propertyNames());
        if (!described.equals(fields.keySet())) {
            differences.add("%s has the fields %s, the document %s".formatted(place, fields.keySet(), described));
            return;
        }
        fields.forEach((name, type) ->
                compare(place + "." + name, type, schema.path("properties").path(name), differences));
    }

    /// The field's name as Jackson writes it.
    private static String name(Class<?> record, RecordComponent component) {
        try {
            var property = record.getDeclaredField(component.getName()).getAnnotation(JsonProperty.class);
            if (property != null && !property.value().isEmpty()) {
                return property.value();
            }
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
        var naming = record.getAnnotation(JsonNaming.class);
        return naming != null && naming.value() == SnakeCaseStrategy.class
                ? component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT)
                : component.getName();
    }

    private static void expect(String place, String word, JsonNode schema, List<String> differences) {
        if (!types(schema).contains(word)) {
            differences.add("%s is %s, in the document %s".formatted(place, word, types(schema)));
        }
    }

    private static String word(Class<?> type) {
        if (type == String.class || type == StringNode.class || type.isEnum()) {
            return "string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (type == BigDecimal.class || type == double.class) {
            return "number";
        }
        if (Stream.of(int.class, Integer.class, long.class, Long.class).anyMatch(type::equals)) {
            return "integer";
        }
        if (type == Resource.class) {
            return "object";
        }
        throw new IllegalArgumentException("no JSON type is known for " + type);
    }

    /// The schema of what is not null.
    private static JsonNode nonNull(JsonNode schema) {
        for (var one : schema.path("anyOf")) {
            if (!one.path("type").asString("").equals("null")) {
                return DOCUMENT.resolved(one);
            }
        }
        return schema;
    }

    private static List<String> types(JsonNode schema) {
        var type = schema.path("type");
        return type.isArray() ? type.valueStream().map(JsonNode::asString).toList() : List.of(type.asString(""));
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            default -> throw new IllegalArgumentException(type.getTypeName());
        };
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    // ---- later documents and earlier clients

    /// Clients were made for the document of the release. What they send and read must be there for ever.
    @Test
    void breaksNoClientOfTheRelease() {
        assertThat(OpenApiChange.broken(RELEASED, DOCUMENT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "/v1/upgradable"                                  | "/v1/upgradeable"
        "operationId":"cancelTask"                        | "requestBody":{"required":true,"content":{}}
        "kubernetes_master_ips"                           | "master_ips"
        "canceled"                                        | "cancelled"
        "queued"                                          | "queued","waiting"
        "allow-privileged-containers":{"type":"boolean"}  | "allow-privileged-containers":{"type":"string"}
        "required":["name","plan_name","parameters"]      | "required":["name","plan_name","parameters","network_profile_name"]
        "202":                                            | "200":
        "limit","in":"query","required":false             | "limit","in":"query","required":true
        """)
    void knowsWhatWouldBreakClients(String from, String to) {
        var text = RELEASED.document().toString();
        assertThat(text).contains(from);
        assertThat(OpenApiChange.broken(RELEASED, OpenApi.of(text.replace(from, to))))
                .isNotEmpty();
    }
}
