package org.openpks.director.settings;

import java.nio.file.Path;
import java.util.List;
import org.openpks.director.cpi.container.ContainerCpiSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Where and under which names the container CPI keeps its nodes, under `director.nodes.`; see
/// [ContainerCpiSettings].
@ConfigurationProperties(prefix = "director.nodes", ignoreUnknownFields = false)
public record NodeSettings(Path home, String prefix, String linkPrefix, int routeProtocol, List<String> privateRanges) {

    public ContainerCpiSettings cpi() {
        return new ContainerCpiSettings(home, prefix, linkPrefix, privateRanges, routeProtocol);
    }
}
