package org.openpks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openpks.api.ApiApplication;
import org.openpks.bosh.Authorization;
import org.openpks.bosh.HttpDirector;
import org.openpks.broker.BrokerApplication;
import org.openpks.component.RunningComponent;
import org.openpks.database.MariaDbServer;
import org.openpks.director.DirectorApplication;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;
import org.openpks.kernel.TlsClients;
import org.openpks.osb.MaintenanceInfo;
import org.openpks.uaa.UaaApplication;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Every part in this JVM: started side by side, stopped in the order in which requests flow.
final class ControlPlane implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

    /// The version that clusters and `pks --version` show.
    static final String VERSION = "1.7.0-build.1";

    private static final Duration DATABASE_CHECK = Duration.ofSeconds(2);

    private final Installation installation;
    private final Artifacts.Stemcell stemcell;
    private final Artifacts.Release release;
    private final List<RunningComponent> running = new ArrayList<>();
    private final boolean ownsDatabase;
    private final MariaDbServer database;
    private volatile Thread keeper = Thread.ofVirtual().unstarted(() -> {});

    private ControlPlane(Installation installation, Artifacts artifacts) {
        this.installation = installation;
        this.stemcell = artifacts.stemcell();
        this.release = artifacts.offered(installation.settings().kubernetesVersion());
        this.database = installation.database();
        this.ownsDatabase = installation.settings().database() == null;
    }

    /// Starts everything and returns when the API answers and the director holds what clusters are made of.
    static ControlPlane start(Installation installation, Artifacts artifacts, Progress progress) {
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
        try (var threads = Executors.newFixedThreadPool(4)) {
            var director = threads.submit(() -> {
                part("director", DirectorApplication.class, directorSettings());
                progress.line("The BOSH Director is up.");
                new Uploads(
                                new HttpDirector(
                                        TlsClients.trusting(read(installation.ca())),
                                        installation.local(ports().director()),
                                        Authorization.basic(
                                                Credentials.DIRECTOR_CLIENT,
                                                installation.credentials().directorSecret())),
                                stemcell,
                                release,
                                installation.settings())
                        .ensure(progress);
            });
            var uaa = threads.submit(() -> {
                part("uaa", UaaApplication.class, uaaSettings());
                progress.line("UAA is up.");
            });
            var broker = threads.submit(() -> {
                part("broker", BrokerApplication.class, brokerSettings());
                progress.line("The PKS Broker is up.");
            });
            var api = threads.submit(() -> {
                part("api", ApiApplication.class, apiSettings());
                progress.line("The PKS API is up.");
            });
            List.of(director, uaa, broker, api).forEach(ControlPlane::await);
        }
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
        settings.put("openpks.uaa.url", installation.uaaUrl().toString());
        settings.put("openpks.uaa.encryption-key", installation.credentials().encryptionKey());
        settings.put("openpks.uaa.admin-user", Credentials.ADMIN_USER);
        settings.put("openpks.uaa.admin-password", installation.credentials().adminPassword());
        settings.put(
                "openpks.uaa.admin-client-secret", installation.credentials().uaaAdminSecret());
        return settings;
    }

    private Map<String, Object> directorSettings() {
        var settings = web(ports().director(), true);
        settings.putAll(database("director"));
        settings.put("openpks.web.max-body-bytes", 0);
        settings.put(
                "director.home", installation.home().root().resolve("director").toString());
        settings.put(
                "director.users." + Credentials.DIRECTOR_CLIENT,
                installation.credentials().directorSecret());
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

    /// What the operator's file leaves to the installation: credentials, addresses and the versions that were
    /// built.
    private Path brokerSupplement() {
        var credentials = installation.credentials();
        var login = Map.of(
                "basic", Map.of("username", Credentials.DIRECTOR_CLIENT, "password", credentials.directorSecret()));
        var ca = read(installation.ca());
        var supplement = Map.of(
                "broker",
                        Map.of(
                                "username",
                                Credentials.BROKER_USER,
                                "password",
                                credentials.brokerPassword(),
                                // PKS 1.7 lets clusters that are behind be resized; their releases stay as they are.
                                "skip_check_for_pending_changes",
                                true),
                "bosh",
                        Map.of(
                                "url", installation.local(ports().director()).toString(),
                                "root_ca_cert", ca,
                                "authentication", login),
                "bosh_credhub",
                        Map.of(
                                "url", installation.local(ports().credhub()).toString(),
                                "root_ca_cert", ca,
                                "authentication", login),
                "service_deployment",
                        Map.of(
                                "releases", List.of(Map.of("name", release.name(), "version", release.version())),
                                "stemcells",
                                        List.of(Map.of(
                                                "os", stemcell.operatingSystem(), "version", stemcell.version()))),
                "service_catalog", Map.of("maintenance_info", maintenanceInfo()));
        var file = installation.home().root().resolve("broker/broker.yml");
        SecretFiles.write(file, new Yaml().dump(supplement));
        return file;
    }

    /// What a cluster is upgraded to. The release's version follows from everything that a node runs, so it changes
    /// whenever clusters are behind.
    private Map<String, Object> maintenanceInfo() {
        return Map.of(
                "version", release.version(),
                "description", "Kubernetes " + release.kubernetesVersion(),
                "public", Map.of(MaintenanceInfo.KUBERNETES_VERSION, release.kubernetesVersion()));
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
        settings.put("openpks.api.broker.service-id", serviceId());
        settings.put("openpks.api.pks-version", VERSION);
        settings.put("openpks.api.k8s-version", release.kubernetesVersion());
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
            settings.put(
                    "spring.datasource.url",
                    external.url() + "/openpks_" + schema + "?createDatabaseIfNotExist=true&sslMode=verify-full");
            settings.put("spring.datasource.username", external.user());
            settings.put(
                    "spring.datasource.password", read(external.passwordFile()).strip());
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

    private String serviceId() {
        Object document = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(read(installation.settings().broker()));
        if (document instanceof Map<?, ?> map
                && map.get("service_catalog") instanceof Map<?, ?> catalog
                && catalog.get("id") instanceof String id) {
            return id;
        }
        throw new Fault(
                ServerFault.BAD_SETTINGS,
                "%s has no service_catalog.id."
                        .formatted(installation.settings().broker()));
    }

    private Settings.Ports ports() {
        return installation.settings().ports();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
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
