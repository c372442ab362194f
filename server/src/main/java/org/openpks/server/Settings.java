package org.openpks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// `deploy/control-plane.yml`, with the keys of `OPENPKS_CONFIG`'s file over it. An unknown key is an error, so
/// that a typing mistake does not pass for a setting.
/// @param kubernetesVersion what new clusters get and others are upgraded to; empty for the newest that is built. Of no
///     meaning with a Director elsewhere, whose releases the broker's configuration names
/// @param parts what runs here
/// @param publicPorts by which clients reach UAA and the API when these are not their own ports
/// @param directorAuthentication how the Director that runs here knows its callers
/// @param uaa settings of UAA, named as its own but with underscores; a key that ends with `_file` names a file that
///     holds the value
/// @param externalDirector the Director to use when none runs here
/// @param cloudConfig and broker absolute paths
record Settings(
        String apiHostname,
        String kubernetesVersion,
        Set<Part> parts,
        Ports ports,
        @Nullable PublicPorts publicPorts,
        Nodes nodes,
        Path cloudConfig,
        Path broker,
        DirectorAuthentication directorAuthentication,
        Errands errands,
        Map<String, Object> uaa,
        ClustersUseUaa clustersUseUaa,
        @Nullable ExternalDirector externalDirector,
        @Nullable ExternalDatabase database) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    enum Part {
        UAA,
        API,
        BROKER,
        DIRECTOR
    }

    enum DirectorAuthentication {
        /// One user of the Director's own.
        BASIC,
        /// Clients and users of this installation's UAA.
        UAA
    }

    /// The tile's "Configure created clusters to use UAA as the OIDC provider".
    record ClustersUseUaa(
            boolean enabled, String usernameClaim, String usernamePrefix, String groupsClaim, String groupsPrefix) {}

    record Ports(int uaa, int api, int director, int credhub, int broker, int database) {}

    /// Where a load balancer takes what is meant for the parts of several control planes.
    record PublicPorts(int uaa, int api) {}

    /// What the nodes' things on this machine are called.
    record Nodes(String prefix, String linkPrefix, int routeProtocol, List<String> privateRanges) {}

    /// What errands do when their options do not say otherwise. Times in seconds.
    record Errands(UpgradeAll upgradeAllClusters, DeleteAll deleteAllClusters, SmokeTests smokeTests) {

        record UpgradeAll(
                int maxInFlight,
                int canaries,
                int attemptLimit,
                int attemptInterval,
                int pollingInterval,
                int requestTimeout) {}

        record DeleteAll(int maxInFlight, int pollingInterval, int requestTimeout) {}

        record SmokeTests(String plan, int stepTimeout) {}
    }

    /// @param caFile PEM of the authority that signed the server's certificate; absent for one that the JDK trusts
    /// @param passwordFile holds the password alone; the settings file itself holds no secret
    record ExternalDatabase(String url, @Nullable Path caFile, String user, Path passwordFile) {}

    /// A BOSH Director and its CredHub.
    record ExternalDirector(Endpoint director, Endpoint credhub) {}

    /// @param authentication `uaa` for a client of the server's own UAA, `basic` for one of its users
    /// @param caFile PEM of the authority that signed its certificate, and its UAA's
    /// @param clientSecretFile holds the secret alone; the settings file itself holds no secret
    record Endpoint(
            String url, Path caFile, DirectorAuthentication authentication, String client, Path clientSecretFile) {}

    private record Document(
            String apiHostname,
            String kubernetesVersion,
            Set<Part> parts,
            Ports ports,
            @Nullable PublicPorts publicPorts,
            Nodes nodes,
            String cloudConfig,
            String broker,
            DirectorAuthentication directorAuthentication,
            Errands errands,
            Map<String, Object> uaa,
            ClustersUseUaa clustersUseUaa,
            @Nullable ExternalDirector externalDirector,
            @Nullable ExternalDatabase database) {}

    boolean runs(Part part) {
        return parts.contains(part);
    }

    static Settings read(Path defaults, Optional<Path> overrides) {
        var merged = document(defaults);
        overrides.ifPresent(file -> {
            var over = document(file);
            for (var key : new String[] {"cloud_config", "broker"}) {
                over.computeIfPresent(key, (ignored, path) -> file.toAbsolutePath()
                        .getParent()
                        .resolve(String.valueOf(path))
                        .toString());
            }
            merge(merged, over);
        });
        var known = new LinkedHashMap<>(merged);
        known.putIfAbsent("database", null);
        known.putIfAbsent("external_director", null);
        known.putIfAbsent("public_ports", null);
        if (known.get("database") instanceof Map<?, ?> given) {
            var database = new LinkedHashMap<Object, Object>(given);
            database.putIfAbsent("ca_file", null);
            known.put("database", database);
        }
        try {
            var document = MAPPER.convertValue(known, Document.class);
            var base = defaults.toAbsolutePath().getParent();
            return new Settings(
                            document.apiHostname(),
                            document.kubernetesVersion(),
                            document.parts(),
                            document.ports(),
                            document.publicPorts(),
                            document.nodes(),
                            base.resolve(document.cloudConfig()),
                            base.resolve(document.broker()),
                            document.directorAuthentication(),
                            document.errands(),
                            document.uaa(),
                            document.clustersUseUaa(),
                            document.externalDirector(),
                            document.database())
                    .checked();
        } catch (JacksonException e) {
            var path = e.getPath().stream()
                    .map(part -> String.valueOf(part.getPropertyName()))
                    .toList();
            throw new Fault(
                    ServerFault.BAD_SETTINGS,
                    "The setting '%s' is unknown, missing or of the wrong type; see %s."
                            .formatted(String.join(".", path), defaults),
                    e.getOriginalMessage());
        }
    }

    private Settings checked() {
        if (clustersUseUaa.enabled() && apiHostname.equals("localhost")) {
            throw new Fault(
                    ServerFault.BAD_SETTINGS,
                    "clusters_use_uaa needs an api_hostname by which the nodes reach this machine; localhost is themselves.");
        }
        if (runs(Part.DIRECTOR) && externalDirector != null) {
            throw new Fault(
                    ServerFault.BAD_SETTINGS,
                    "There is an external_director, so 'director' must not stand among the parts.");
        }
        if (runs(Part.BROKER) && !runs(Part.DIRECTOR) && externalDirector == null) {
            throw new Fault(
                    ServerFault.BAD_SETTINGS,
                    "The parts have a broker and no director: say in external_director which one it uses.");
        }
        if (runs(Part.API) && !(runs(Part.BROKER) && runs(Part.UAA))) {
            throw new Fault(ServerFault.BAD_SETTINGS, "The api needs uaa and broker among the parts.");
        }
        if (runs(Part.DIRECTOR) && directorAuthentication == DirectorAuthentication.UAA && !runs(Part.UAA)) {
            throw new Fault(
                    ServerFault.BAD_SETTINGS, "director_authentication is uaa, so uaa must stand among the parts.");
        }
        return this;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> document(Path file) {
        try {
            Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            if (read instanceof Map<?, ?> map) {
                return new LinkedHashMap<>((Map<String, Object>) map);
            }
            throw new Fault(ServerFault.BAD_SETTINGS, "%s holds no settings.".formatted(file));
        } catch (YAMLException e) {
            throw new Fault(ServerFault.BAD_SETTINGS, "%s is not YAML: %s".formatted(file, firstLine(e)));
        } catch (IOException e) {
            throw new Fault(ServerFault.BAD_SETTINGS, "Cannot read the settings file %s.".formatted(file));
        }
    }

    @SuppressWarnings("unchecked")
    private static void merge(Map<String, Object> into, Map<String, Object> over) {
        over.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner && into.get(key) instanceof Map<?, ?> before) {
                var copy = new LinkedHashMap<>((Map<String, Object>) before);
                merge(copy, (Map<String, Object>) inner);
                into.put(key, copy);
            } else {
                into.put(key, value);
            }
        });
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
