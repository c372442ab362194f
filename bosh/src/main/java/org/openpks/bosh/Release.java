package org.openpks.bosh;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/// A release and its uploaded versions.
public record Release(
        String name, @JsonProperty("release_versions") List<Version> versions) {

    public Release {
        versions = versions == null ? List.of() : List.copyOf(versions);
    }

    public record Version(
            String version,
            @JsonProperty("commit_hash") String commitHash,
            @JsonProperty("currently_deployed") boolean currentlyDeployed) {}
}
