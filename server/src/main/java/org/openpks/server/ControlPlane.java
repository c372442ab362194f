package org.openpks.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openpks.api.ApiApplication;
import org.openpks.broker.BrokerApplication;
import org.openpks.component.RunningComponent;
import org.openpks.database.MariaDbServer;
import org.openpks.director.DirectorApplication;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;
import org.openpks.server.Settings.DirectorAuthentication;
import org.openpks.server.Settings.Part;
import org.openpks.uaa.UaaApplication;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.yaml.snakeyaml.Yaml;

/// Every part in this JVM: started side by side, stopped in the order in which requests flow.
final class ControlPlane implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

    /// The version that clusters and `pks --version` show.
    static final String VERSION = "1.7.0-build.1";

    private static final Duration DATABASE_CHECK = Duration.ofSeconds(2);

    private final Installation installation;
    private final Optional<Artifacts> artifacts;
    private final BrokerFile brokerFile;
    private final Software software;
    private final List<RunningComponent> running = new ArrayList<>();
    private final boolean ownsDatabase;
    private final MariaDbServer database;
    private volatile Thread keeper = Thread.ofVirtual().unstarted(() -> {});

    private ControlPlane(Installation installation, Optional<Artifacts> artifacts) {
        this.installation = installation;
        this.artifacts = artifacts;
        this.brokerFile = BrokerFile.read(installation.settings().broker());
        this.software = artifacts
                .map(built -> Software.built(built, installation.settings().kubernetesVersion()))
                .orElseGet(brokerFile::software);
        this.database = installation.database();
        this.ownsDatabase = installation.settings().database() == null;
    }

    /// Starts the parts of the settings and returns when they answer and the director that runs here holds what
    /// clusters are made of.
    /// @param artifacts what was built for the director that runs here
    static ControlPlane start(Installation installation, Optional<Artifacts> artifacts, Progress progress) {
        var plane = new ControlPlane(installation, artifacts);
        try {
            plane.start(progress);
            return plane;
        } catch (RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    private void start(Progress progress) {
        if (ownsDatabase) {
            database.start();
            progress.line("The database is up.");
            keeper = Thread.ofVirtual().name("database-keeper").start(this::keepDatabase);
        }
        // The parts need each other only when a request comes, so all of them start at once.
        try (var threads = Executors.newFixedThreadPool(Part.values().length)) {
            var starts = new ArrayList<Future<?>>();
            var uaa = threads.submit(() -> {
                if (runs(Part.UAA)) {
                    part("uaa", UaaApplication.class, uaaSettings());
                    progress.line("UAA is up.");
                }
            });
            starts.add(uaa);
            if (runs(Part.DIRECTOR)) {
                starts.add(threads.submit(() -> {
                    part("director", DirectorApplication.class, directorSettings());
                    progress.line("The BOSH Director is up.");
                    if (installation.settings().directorAuthentication() == DirectorAuthentication.UAA) {
                        await(uaa);
                    }
                    var built = artifacts.orElseThrow();
                    new Uploads(
                                    DirectorAccess.director(installation).connect(InstantSource.system()),
                                    built.stemcell(),
                                    built.offered(installation.settings().kubernetesVersion()),
                                    installation.settings())
                            .ensure(progress);
                }));
            }
            if (runs(Part.BROKER)) {
                starts.add(threads.submit(() -> {
                    part("broker", BrokerApplication.class, brokerSettings());
                    progress.line("The PKS Broker is up.");
                }));
            }
            if (runs(Part.API)) {
                starts.add(threads.submit(() -> {
                    part("api", ApiApplication.class, apiSettings());
                    progress.line("The PKS API is up.");
                }));
            }
            starts.forEach(ControlPlane::await);
        }
    }

    private boolean runs(Part part) {
        return installation.settings().runs(part);
    }

    /// Starts the database again when its process dies; its log replays what was committed.
    private void keepDatabase() {
        while (true) {
            try {
                Thread.sleep(DATABASE_CHECK);
                if (database.running().isEmpty()) {
                    log.warn("The database died and is started again");
                    database.start();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("The database does not start");
            }
        }
    }

    private void part(String name, Class<?> application, Map<String, Object> settings) {
        var component = RunningComponent.start(name, application, settings);
        synchronized (running) {
            running.add(component);
        }
    }

    private static void await(Future<?> part) {
        try {
            part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(ServerFault.START_FAILED, "The start was interrupted.");
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        }
    }

    /// The sentence for a start that failed: the deepest cause says what happened, the layers above it only where.
    private static Fault cause(Throwable failure) {
        var deepest = failure;
        for (var next = failure; next != null; next = next.getCause()) {
            if (next instanceof Fault fault) {
                return fault;
            }
            if (next instanceof PortInUseException port) {
                return new Fault(
                        ServerFault.START_FAILED,
                        "Port %d is in use by another program.".formatted(port.getPort()),
                        "",
                        failure);
            }
            deepest = next;
        }
        return new Fault(
                ServerFault.START_FAILED, "A part did not start: " + sentence(deepest), deepest.toString(), failure);
    }

    private static String sentence(Throwable failure) {
        var text = String.valueOf(failure.getMessage()).strip();
        return text.endsWith(".") ? text : text + ".";
    }

    private Map<String, Object> uaaSettings() {
        var settings = web(ports().uaa(), false);
        settings.putAll(database("uaa"));
        settings.putAll(UaaOptions.properties(installation.settings().uaa()));
        settings.put("openpks.uaa.url", installation.uaaUrl().toString());
        settings.put("openpks.uaa.encryption-key", installation.credentials().encryptionKey());
        settings.put("openpks.uaa.admin-user", Credentials.ADMIN_USER);
        settings.put("openpks.uaa.admin-password", installation.credentials().adminPassword());
        settings.put(
                "openpks.uaa.admin-client-secret", installation.credentials().uaaAdminSecret());
        if (installation.settings().directorAuthentication() == DirectorAuthentication.UAA) {
            settings.put("openpks.uaa.clients[0].id", Credentials.DIRECTOR_UAA_CLIENT);
            settings.put(
                    "openpks.uaa.clients[0].secret", installation.credentials().directorSecret());
            settings.put("openpks.uaa.clients[0].authorities", "bosh.admin,credhub.read,credhub.write");
        }
        return settings;
    }

    private Map<String, Object> directorSettings() {
        var settings = web(ports().director(), true);
        settings.putAll(database("director"));
        settings.put("openpks.web.max-body-bytes", 0);
        settings.put(
                "director.home", installation.home().root().resolve("director").toString());
        switch (installation.settings().directorAuthentication()) {
            case BASIC ->
                settings.put(
                        "director.users." + Credentials.DIRECTOR_CLIENT,
                        installation.credentials().directorSecret());
            case UAA -> {
                settings.put("director.uaa.url", installation.uaaUrl().toString());
                settings.put("director.uaa.token-keys", installation.local(ports().uaa()) + "/token_keys");
                settings.put("director.uaa.ca-file", installation.ca().toString());
            }
        }
        settings.put("director.encryption-key-file", encryptionKeyFile());
        settings.put("director.credhub-port", ports().credhub());
        settings.put("director.credhub-url", installation.local(ports().credhub()) + "/api/");
        var nodes = installation.settings().nodes();
        settings.put("director.nodes.home", installation.home().root().toString());
        settings.put("director.nodes.prefix", nodes.prefix());
        settings.put("director.nodes.link-prefix", nodes.linkPrefix());
        settings.put("director.nodes.route-protocol", nodes.routeProtocol());
        settings.put("director.nodes.private-ranges", String.join(",", nodes.privateRanges()));
        return settings;
    }

    private Map<String, Object> brokerSettings() {
        var settings = web(ports().broker(), true);
        settings.put("broker.config[0]", installation.settings().broker().toString());
        settings.put("broker.config[1]", brokerSupplement().toString());
        return settings;
    }

    /// What the operator's file leaves to the installation: credentials, addresses and, with the director here, the
    /// versions that were built.
    private Path brokerSupplement() {
        var supplement = new HashMap<String, Object>();
        supplement.put(
                "broker",
                Map.of(
                        "username",
                        Credentials.BROKER_USER,
                        "password",
                        installation.credentials().brokerPassword(),
                        // PKS 1.7 lets clusters that are behind be resized; their releases stay as they are.
                        "skip_check_for_pending_changes",
                        true));
        supplement.put("bosh", DirectorAccess.director(installation).brokerConfiguration());
        supplement.put("bosh_credhub", DirectorAccess.credhub(installation).brokerConfiguration());
        supplement.put("service_deployment", software.serviceDeployment());
        var catalog = new HashMap<String, Object>();
        catalog.put("maintenance_info", software.maintenanceInfo());
        var uaa = installation.settings().clustersUseUaa();
        if (uaa.enabled()) {
            catalog.put("global_properties", Map.of("oidc", oidc(uaa)));
        }
        supplement.put("service_catalog", catalog);
        var file = installation.home().root().resolve("broker/broker.yml");
        SecretFiles.write(file, new Yaml().dump(supplement));
        return file;
    }

    /// What clusters need to know to take this UAA's users.
    private Map<String, Object> oidc(Settings.ClustersUseUaa uaa) {
        return Map.of(
                "issuer_url", installation.uaaUrl() + "/oauth/token",
                "client_id", "pks_cluster_client",
                "username_claim", uaa.usernameClaim(),
                "username_prefix", uaa.usernamePrefix(),
                "groups_claim", uaa.groupsClaim(),
                "groups_prefix", uaa.groupsPrefix(),
                "ca", TextFile.read(installation.ca()));
    }

    private Map<String, Object> apiSettings() {
        var settings = web(ports().api(), false);
        settings.putAll(database("api"));
        settings.put("openpks.api.uaa.url", installation.local(ports().uaa()).toString());
        settings.put("openpks.api.uaa.issuer", installation.uaaUrl() + "/oauth/token");
        settings.put("openpks.api.uaa.ca-file", installation.ca().toString());
        settings.put(
                "openpks.api.broker.url", installation.local(ports().broker()).toString());
        settings.put("openpks.api.broker.user", Credentials.BROKER_USER);
        settings.put("openpks.api.broker.password", installation.credentials().brokerPassword());
        settings.put("openpks.api.broker.ca-file", installation.ca().toString());
        settings.put("openpks.api.broker.service-id", brokerFile.serviceId());
        settings.put("openpks.api.encryption-key", installation.credentials().encryptionKey());
        settings.put("openpks.api.pks-version", VERSION);
        settings.put("openpks.api.k8s-version", software.kubernetesVersion());
        return settings;
    }

    private Map<String, Object> web(int port, boolean loopback) {
        var settings = new HashMap<String, Object>();
        settings.put("server.port", port);
        if (loopback) {
            settings.put("server.address", "127.0.0.1");
        }
        settings.put(
                "server.ssl.certificate", "file:" + installation.certificate().certificate());
        settings.put(
                "server.ssl.certificate-private-key",
                "file:" + installation.certificate().key());
        settings.put("server.ssl.enabled-protocols", "TLSv1.3,TLSv1.2");
        return settings;
    }

    private Map<String, Object> database(String schema) {
        var external = installation.settings().database();
        var settings = new HashMap<String, Object>();
        settings.put("spring.flyway.locations", "classpath:db/" + schema);
        if (external == null) {
            settings.put("spring.datasource.url", database.url("openpks_" + schema));
            settings.put("spring.datasource.username", database.user());
            settings.put("spring.datasource.password", database.password());
        } else {
            var url = external.url() + "/openpks_" + schema + "?createDatabaseIfNotExist=true&sslMode=verify-full";
            settings.put(
                    "spring.datasource.url",
                    external.caFile() == null ? url : url + "&serverSslCert=" + external.caFile());
            settings.put("spring.datasource.username", external.user());
            settings.put(
                    "spring.datasource.password",
                    TextFile.read(external.passwordFile()).strip());
        }
        return settings;
    }

    /// The director reads its key from a file of its own; both files hold the installation's one key.
    private String encryptionKeyFile() {
        var file = installation.home().root().resolve("director/encryption.key");
        if (!Files.exists(file)) {
            SecretFiles.write(file, installation.credentials().encryptionKey());
        }
        return file.toString();
    }

    private Settings.Ports ports() {
        return installation.settings().ports();
    }

    @Override
    public void close() {
        for (var name : List.of("api", "broker", "director", "uaa")) {
            running.stream().filter(part -> part.name().equals(name)).forEach(part -> {
                try {
                    part.close();
                } catch (RuntimeException e) {
                    log.atWarn().addKeyValue("part", name).setCause(e).log("A part did not stop cleanly");
                }
            });
        }
        keeper.interrupt();
        if (ownsDatabase) {
            database.stop();
        }
    }
}
