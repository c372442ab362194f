package org.openpks.server;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// What the builder made of the node software: `artifacts.json` in the cache.
@JsonIgnoreProperties(ignoreUnknown = true)
/// @param releases the newest version of Kubernetes first
record Artifacts(Stemcell stemcell, List<Release> releases) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Stemcell(String name, String operatingSystem, String version, Path path) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Release(String name, String version, String kubernetesVersion, Path path) {}

    static Artifacts read(Path file) {
        try {
            return MAPPER.readValue(Files.readString(file), Artifacts.class);
        } catch (IOException | JacksonException e) {
            throw new Fault(
                    ServerFault.MISSING_PREREQUISITE,
                    "The node software is not built: %s is missing or broken. Run 'make build'.".formatted(file),
                    String.valueOf(e.getMessage()));
        }
    }

    /// The release that new clusters get and others are upgraded to.
    /// @param kubernetesVersion as the setting has it; empty for the newest
    /// @throws Fault when it is not built
    Release offered(String kubernetesVersion) {
        return releases.stream()
                .filter(release -> kubernetesVersion.isBlank()
                        || release.kubernetesVersion().equals(kubernetesVersion.strip()))
                .findFirst()
                .orElseThrow(() -> new Fault(
                        ServerFault.BAD_SETTINGS,
                        "The setting kubernetes_version names %s, which is not built. Built: %s. An older minor version is built by 'release/build MINOR', such as 'release/build 1.36'."
                                .formatted(
                                        kubernetesVersion,
                                        releases.stream()
                                                .map(Release::kubernetesVersion)
                                                .collect(Collectors.joining(", ")))));
    }
}
