package org.openpks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// What other parts need to know of the operator's broker configuration. The broker itself checks it whole.
record BrokerFile(Path path, Map<?, ?> content) {

    static BrokerFile read(Path path) {
        try {
            Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(path));
            return new BrokerFile(path, document instanceof Map<?, ?> map ? map : Map.of());
        } catch (IOException e) {
            throw new Fault(ServerFault.BAD_SETTINGS, "Cannot read the broker's configuration %s.".formatted(path));
        } catch (YAMLException e) {
            throw new Fault(ServerFault.BAD_SETTINGS, "The broker's configuration %s is not YAML.".formatted(path));
        }
    }

    String serviceId() {
        if (content.get("service_catalog") instanceof Map<?, ?> catalog && catalog.get("id") instanceof String id) {
            return id;
        }
        throw new Fault(ServerFault.BAD_SETTINGS, "%s has no service_catalog.id.".formatted(path));
    }

    /// What an operator uploaded to a Director elsewhere. The version of Kubernetes is what stands before the plus sign
    /// of the release's.
    Software software() {
        var deployment = content.get("service_deployment") instanceof Map<?, ?> map ? map : Map.of();
        var release = first(deployment, "releases");
        var stemcell = first(deployment, "stemcells");
        var version = text(release, "releases", "version");
        return new Software(
                text(release, "releases", "name"),
                version,
                version.split("[+]", 2)[0],
                text(stemcell, "stemcells", "os"),
                text(stemcell, "stemcells", "version"));
    }

    private static Map<?, ?> first(Map<?, ?> deployment, String key) {
        return deployment.get(key) instanceof List<?> list
                        && list.size() == 1
                        && list.getFirst() instanceof Map<?, ?> one
                ? one
                : Map.of();
    }

    private String text(Map<?, ?> of, String list, String key) {
        if (of.get(key) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new Fault(
                ServerFault.BAD_SETTINGS,
                "%s needs service_deployment.%s with one entry and its %s, as text: a Director elsewhere has what an operator uploaded."
                        .formatted(path, list, key));
    }
}
