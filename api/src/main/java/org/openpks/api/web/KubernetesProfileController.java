package org.openpks.api.web;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Audited;
import org.openpks.api.access.Caller;
import org.openpks.api.profile.Customization;
import org.openpks.api.profile.KubernetesProfileService;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The routes about kubernetes profiles.
@RestController
@RequestMapping("/v1/kubernetes-profiles")
class KubernetesProfileController {

    private final KubernetesProfileService profiles;

    KubernetesProfileController(KubernetesProfileService profiles) {
        this.profiles = profiles;
    }

    /// The API's KubernetesProfileRequest.
    @JsonNaming(SnakeCaseStrategy.class)
    record Request(
            @Nullable String name,
            @Nullable String description,
            @Nullable List<Customization.@Nullable Given> customizations,
            @Nullable List<Customization.@Nullable Given> experimentalCustomizations) {}

    @GetMapping
    @Audited("kubernetes-profiles")
    List<KubernetesProfileView> list(Caller caller) {
        return profiles.list(caller).stream()
                .map(profile -> KubernetesProfileView.of(profile, caller))
                .toList();
    }

    @GetMapping("/{name}")
    @Audited("kubernetes-profile")
    KubernetesProfileView show(Caller caller, @PathVariable String name) {
        return KubernetesProfileView.of(profiles.show(caller, name), caller);
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Audited("create-kubernetes-profile")
    void create(Caller caller, @RequestBody Request request) {
        profiles.create(
                caller,
                new KubernetesProfileService.Order(
                        request.name(),
                        request.description(),
                        request.customizations(),
                        request.experimentalCustomizations()));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Audited("delete-kubernetes-profile")
    void delete(Caller caller, @PathVariable String name) {
        profiles.delete(caller, name);
    }
}
