package org.openpks.server;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// What the builder made of the node software: `artifacts.json` in the cache.
@JsonIgnoreProperties(ignoreUnknown = true)
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

    /// The release that new clusters get.
    Release current() {
        return releases.getFirst();
    }
}
