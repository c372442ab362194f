package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.variable.Certificates;
import org.openpks.director.variable.Variables;
import org.openpks.director.variable.Variables.Variable;
import org.openpks.kernel.Fault;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The CredHub API that clients and directors use: read, set, generate, regenerate, find and delete credentials.
@RestController
@RequestMapping(FrontFilter.CREDHUB)
class CredHubController {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ABSENT =
            "The request could not be completed because the credential does not exist or you do not have sufficient authorization.";
    private static final Set<String> GENERATED = Set.of("password", "certificate", "rsa", "ssh", "user");
    private static final Set<String> TYPES = Set.of("password", "certificate", "rsa", "ssh", "user", "value", "json");

    private final Variables variables;
    private final Certificates certificates;
    private final DirectorSettings settings;

    CredHubController(Variables variables, Certificates certificates, DirectorSettings settings) {
        this.variables = variables;
        this.certificates = certificates;
        this.settings = settings;
    }

    @GetMapping("/info")
    Map<String, Object> info() {
        var uaa = settings.uaa();
        return Map.of(
                "app",
                Map.of("name", "CredHub"),
                "auth-server",
                Map.of("url", uaa == null ? "" : uaa.url().toString()));
    }

    @GetMapping("/version")
    Map<String, String> version() {
        return Map.of("version", "2.12.0");
    }

    @GetMapping("/health")
    Map<String, String> health() {
        return Map.of("status", "UP");
    }

    @GetMapping("/api/v1/data")
    Map<String, Object> read(
            @RequestParam Optional<String> name,
            @RequestParam(defaultValue = "false") boolean current,
            @RequestParam Optional<Integer> versions,
            @RequestParam Optional<String> path,
            @RequestParam(name = "name-like") Optional<String> nameLike) {
        if (name.isPresent()) {
            // A certificate has two that count while one of them is transitional.
            var found = current ? certificates.active(name.get()) : variables.versions(name.get());
            if (found.isEmpty()) {
                throw absent();
            }
            return Map.of(
                    "data",
                    found.stream()
                            .limit(versions.filter(count -> count > 0).orElse(Integer.MAX_VALUE))
                            .map(CredHubController::view)
                            .toList());
        }
        if (path.isPresent() || nameLike.isPresent()) {
            return Map.of("credentials", search(path, nameLike));
        }
        throw new Fault(DirectorFault.FIELD_MISSING, "The query parameter name is required for this request.");
    }

    private List<Map<String, Object>> search(Optional<String> path, Optional<String> nameLike) {
        var prefix = path.map(text -> (text.startsWith("/") ? text : "/" + text))
                .map(text -> text.endsWith("/") ? text : text + "/")
                .orElse("/");
        var part = nameLike.orElse("").toLowerCase(Locale.ROOT);
        return variables.list(prefix).stream()
                .filter(entry -> entry.name().toLowerCase(Locale.ROOT).contains(part))
                .map(entry -> {
                    var view = new LinkedHashMap<String, Object>();
                    view.put(
                            "version_created_at",
                            entry.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
                    view.put("name", entry.name());
                    entry.expiresAt()
                            .ifPresent(time -> view.put(
                                    "expiry_date",
                                    time.truncatedTo(ChronoUnit.SECONDS).toString()));
                    return (Map<String, Object>) view;
                })
                .toList();
    }

    @GetMapping("/api/v1/data/{id}")
    Map<String, Object> byId(@PathVariable String id) {
        return variables.byId(id).map(CredHubController::view).orElseThrow(CredHubController::absent);
    }

    @PutMapping(path = "/api/v1/data", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> set(HttpServletRequest request) throws IOException {
        var body = Bodies.json(request);
        var type = type(body, TYPES);
        var value = body.path("value");
        if (value.isMissingNode() || value.isNull()) {
            throw new Fault(DirectorFault.FIELD_MISSING, "A non-empty value must be specified for the credential.");
        }
        boolean text = type.equals("password") || type.equals("value");
        if (text ? !value.isString() : !type.equals("json") && !value.isObject()) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID,
                    "The value of a credential of type " + type + " must be " + (text ? "a string." : "an object."));
        }
        return view(variables.set(name(body), type, JSON.convertValue(value, Object.class)));
    }

    @PostMapping(path = "/api/v1/data", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> generate(HttpServletRequest request) throws IOException {
        var body = Bodies.json(request);
        var name = name(body);
        var type = type(body, GENERATED);
        var options = options(body, name);
        var mode = Bodies.string(body, "mode");
        boolean overwrite = body.path("overwrite").asBoolean(false);
        return view(
                switch (mode) {
                    case "" ->
                        overwrite ? variables.generate(name, type, options) : variables.ensure(name, type, options);
                    case "no-overwrite" -> variables.ensure(name, type, options);
                    case "overwrite" -> variables.generate(name, type, options);
                    case "converge" -> converge(name, type, options);
                    default ->
                        throw new Fault(
                                DirectorFault.VALUE_INVALID,
                                "The mode must be one of overwrite, no-overwrite and converge.");
                });
    }

    /// A new value only when it would be made otherwise than the current one was; a value that was set stays.
    private Variable converge(String name, String type, Map<String, Object> options) {
        return variables
                .find(name)
                .filter(current -> current.options().isEmpty()
                        || (current.type().equals(type) && current.options().equals(options)))
                .orElseGet(() -> variables.generate(name, type, options));
    }

    @PostMapping(path = "/api/v1/regenerate", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> regenerate(HttpServletRequest request) throws IOException {
        var current = variables.find(name(Bodies.json(request))).orElseThrow(CredHubController::absent);
        if (!GENERATED.contains(current.type())) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID, "Credentials of type " + current.type() + " cannot be generated.");
        }
        return view(
                current.type().equals("certificate")
                        ? certificates.regenerate(current.name(), false)
                        : variables.generate(current.name(), current.type(), current.options()));
    }

    @PostMapping(path = "/api/v1/bulk-regenerate", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> regenerateSigned(HttpServletRequest request) throws IOException {
        var authority = Bodies.string(Bodies.json(request), "signed_by");
        if (authority.isBlank()) {
            throw new Fault(DirectorFault.FIELD_MISSING, "You must specify a signing CA.");
        }
        if (certificates.named(authority).isEmpty()) {
            throw absent();
        }
        return Map.of("regenerated_credentials", certificates.regenerateSignedBy(authority));
    }

    @DeleteMapping("/api/v1/data")
    ResponseEntity<Void> delete(@RequestParam String name) {
        if (!variables.delete(name)) {
            throw absent();
        }
        return ResponseEntity.noContent().build();
    }

    private static String name(JsonNode body) {
        var name = Bodies.string(body, "name");
        if (!name.matches("[-\\w/.:,()\\[\\]+ ]*") || name.contains("//") || name.isBlank() || name.endsWith("/")) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID,
                    "A credential name must be given, must not end with a slash or have two in a row, and consists of"
                            + " letters, digits and the characters - _ / . : , ( ) [ ] + and space.");
        }
        return name;
    }

    private static String type(JsonNode body, Set<String> allowed) {
        var type = Bodies.string(body, "type").toLowerCase(Locale.ROOT);
        if (!allowed.contains(type)) {
            throw new Fault(
                    DirectorFault.VALUE_INVALID,
                    "The request does not include a valid type. Valid values include "
                            + String.join(", ", new TreeSet<>(allowed)) + ".");
        }
        return type;
    }

    private static Map<String, Object> options(JsonNode body, String name) {
        var parameters = body.path("parameters");
        if (parameters.isMissingNode() || parameters.isNull()) {
            return Map.of();
        }
        if (!parameters.isObject()) {
            throw new Fault(DirectorFault.VALUE_INVALID, "The parameters of '" + name + "' must be an object.");
        }
        return JSON.convertValue(parameters, new TypeReference<Map<String, Object>>() {});
    }

    static Map<String, Object> view(Variable variable) {
        var view = new LinkedHashMap<String, Object>();
        view.put("type", variable.type());
        view.put(
                "version_created_at",
                variable.createdAt().truncatedTo(ChronoUnit.SECONDS).toString());
        view.put("id", variable.id());
        view.put("name", variable.name());
        view.put("metadata", null);
        if (variable.type().equals("certificate")) {
            view.put("transitional", variable.transitional());
        }
        view.put("value", variable.value());
        return view;
    }

    static Fault absent() {
        return new Fault(DirectorFault.VARIABLE_UNKNOWN, ABSENT);
    }
}
