package org.openpks.api.web;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Audited;
import org.openpks.api.access.Caller;
import org.openpks.api.profile.SharedProfile;
import org.openpks.api.profile.SharedProfile.Kind;
import org.openpks.api.profile.SharedProfileService;
import org.openpks.osb.OsbJson;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The routes about network and compute profiles. Parameters come as an object or, as the API says it of network
/// profiles, as a text that holds one.
@RestController
class SharedProfileController {

    /// Reads texts within bodies as strictly as the bodies.
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final SharedProfileService profiles;

    SharedProfileController(SharedProfileService profiles) {
        this.profiles = profiles;
    }

    /// The API's NetworkProfileRequest and ComputeProfileRequest.
    record Request(
            @Nullable String name,
            @Nullable String description,
            @Nullable JsonNode parameters) {}

    /// @param parameters a text for network profiles, an object for compute profiles
    record View(String name, String uuid, String description, Object parameters) {

        static View of(Kind kind, SharedProfile profile) {
            return new View(
                    profile.name(),
                    profile.id().toString(),
                    profile.description(),
                    switch (kind) {
                        case NETWORK -> profile.parameters();
                        case COMPUTE -> OsbJson.MAPPER.readTree(profile.parameters());
                    });
        }
    }

    @GetMapping("/v1/network-profiles")
    @Audited("network-profiles")
    List<View> networks() {
        return list(Kind.NETWORK);
    }

    @GetMapping("/v1/network-profiles/{name}")
    @Audited("network-profile")
    View network(@PathVariable String name) {
        return View.of(Kind.NETWORK, profiles.show(Kind.NETWORK, name));
    }

    @PostMapping(path = "/v1/network-profiles", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Audited("create-network-profile")
    void createNetwork(Caller caller, @RequestBody Request request) {
        create(caller, Kind.NETWORK, request);
    }

    @DeleteMapping("/v1/network-profiles/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Audited("delete-network-profile")
    void deleteNetwork(Caller caller, @PathVariable String name) {
        profiles.delete(caller, Kind.NETWORK, name);
    }

    @GetMapping("/v1/compute-profiles")
    @Audited("compute-profiles")
    List<View> computes() {
        return list(Kind.COMPUTE);
    }

    @GetMapping("/v1/compute-profiles/{name}")
    @Audited("compute-profile")
    View compute(@PathVariable String name) {
        return View.of(Kind.COMPUTE, profiles.show(Kind.COMPUTE, name));
    }

    @PostMapping(path = "/v1/compute-profiles", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Audited("create-compute-profile")
    void createCompute(Caller caller, @RequestBody Request request) {
        create(caller, Kind.COMPUTE, request);
    }

    @DeleteMapping("/v1/compute-profiles/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Audited("delete-compute-profile")
    void deleteCompute(Caller caller, @PathVariable String name) {
        profiles.delete(caller, Kind.COMPUTE, name);
    }

    private List<View> list(Kind kind) {
        return profiles.list(kind).stream()
                .map(profile -> View.of(kind, profile))
                .toList();
    }

    private void create(Caller caller, Kind kind, Request request) {
        profiles.create(
                caller, kind, request.name(), request.description(), () -> object("parameters", request.parameters()));
    }

    private static JsonNode object(String field, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            throw Fields.invalid(field, "The field '%s' is missing.".formatted(field));
        }
        if (!value.isString()) {
            return value;
        }
        try {
            return STRICT.readTree(value.stringValue());
        } catch (JacksonException e) {
            throw Fields.invalid(field, JsonProblem.within(field, e));
        }
    }
}
