package org.openpks.acceptance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An installation of its own, beside whatever else runs on the machine: other ports, other names, another node
/// network. Started once for all tests, destroyed at their end.
final class Product implements AutoCloseable {

    static final Path CHECKOUT = Path.of(System.getProperty("openpks.checkout", ".."))
            .toAbsolutePath()
            .normalize();

    static final String PREFIX = "opksit";
    static final String LINK_PREFIX = "opt";
    static final int ROUTE_PROTOCOL = 178;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final Map<String, String> environment = new HashMap<>();
    private final Place place;
    private final Path files;
    private final Ports ports;
    private final SecretScan secrets = new SecretScan();
    private String offered = "";
    private Issuer issuer;

    /// What keeps installations on one machine apart.
    /// @param home short, because sockets lie below it
    /// @param subnet the third number of the node network's addresses, 100.96.0.0 and on
    record Place(Path home, String prefix, String linkPrefix, int routeProtocol, int subnet) {}

    /// Where its parts listen.
    record Ports(int uaa, int api, int director, int credhub, int broker, int database) {}

    private Product(Place place, String settings) {
        this.place = place;
        try {
            var free = freePorts(7);
            ports = new Ports(free.get(0), free.get(1), free.get(2), free.get(3), free.get(4), free.get(5));
            files = Files.createTempDirectory("openpks-it-");
            environment.put("OPENPKS_HOME", place.home().toString());
            environment.put(
                    "OPENPKS_CONFIG", configuration(settings, free.get(6)).toString());
            environment.put("PKS_HOME", files.resolve("pks").toString());
            environment.put("KUBECONFIG", files.resolve("kubeconfig").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes what an earlier run left, starts the control plane and logs in.
    static Product started() {
        var product = started(new Place(Path.of("/var/lib/openpks-it"), PREFIX, LINK_PREFIX, ROUTE_PROTOCOL, 97), "");
        try {
            product.login();
            return product;
        } catch (RuntimeException | AssertionError e) {
            product.close();
            throw e;
        }
    }

    /// Removes what an earlier run left and starts the parts that the settings say.
    /// @param settings more lines for the installation's settings
    static Product started(Place place, String settings) {
        return started(place, settings, home -> {});
    }

    /// Removes what an earlier run left and starts one more control plane of an installation: it has the same secrets
    /// and the same authority.
    /// @param settings more lines for its settings, that say how it differs
    static Product beside(Product first, Place place, String settings) {
        return started(place, settings, home -> {
            try {
                for (var name : List.of("secrets.json", "tls/ca.pem", "tls/ca-key.pem")) {
                    Files.createDirectories(home.resolve(name).getParent());
                    Files.copy(first.home().resolve(name), home.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Product started(Place place, String settings, Consumer<Path> prepared) {
        var product = new Product(place, settings);
        try {
            product.server("destroy").ok();
            prepared.accept(place.home());
            product.up();
            return product;
        } catch (RuntimeException | AssertionError e) {
            product.close();
            throw e;
        }
    }

    Path home() {
        return place.home();
    }

    Ports ports() {
        return ports;
    }

    /// The machine's own address on the node network. It is there with the first node.
    String gateway() {
        return "100.%d.0.1".formatted(place.subnet());
    }

    Path files() {
        return files;
    }

    /// The provider behind the plan [Issuer#PLAN]; it serves when it is started.
    Issuer issuer() {
        return issuer;
    }

    Map<String, String> environment() {
        return environment;
    }

    void up() {
        server("up").ok();
    }

    /// Starts the control plane again with another Kubernetes version on offer, unless it offers that one.
    /// @param kubernetesVersion empty for the newest
    void offer(String kubernetesVersion) {
        if (kubernetesVersion.equals(offered)) {
            return;
        }
        offered = kubernetesVersion;
        server("down").ok();
        try {
            var file = files.resolve("control-plane.yml");
            var lines = new ArrayList<>(Files.readAllLines(file));
            lines.removeIf(line -> line.startsWith("kubernetes_version:"));
            lines.add("kubernetes_version: \"%s\"".formatted(kubernetesVersion));
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        up();
    }

    void login() {
        login("-u", "admin", "-p", exports().get("PKS_PASSWORD")).ok();
    }

    /// `pks login` to this installation.
    /// @param who the flags that say who
    Command.Result login(String... who) {
        var exports = exports();
        var words = new ArrayList<>(List.of(
                "login",
                "-a",
                exports.get("PKS_API"),
                "--uaa",
                exports.get("UAA_URL"),
                "--ca-cert",
                exports.get("PKS_CA_CERT")));
        words.addAll(List.of(who));
        return pks(words.toArray(String[]::new));
    }

    /// What `pks-server env` prints.
    Map<String, String> exports() {
        return server("env")
                .ok()
                .out()
                .lines()
                .map(line -> line.substring("export ".length()).split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].substring(1, pair[1].length() - 1)));
    }

    Command.Result server(String... words) {
        return command("bin/pks-server", words).within(Duration.ofMinutes(6)).run();
    }

    Command.Result pks(String... words) {
        for (int i = 1; i < words.length && words[0].equals("login"); i++) {
            if (List.of("-p", "--client-secret", "--sso-passcode").contains(words[i - 1])) {
                secrets.know("the argument of pks login " + words[i - 1], words[i]);
            }
        }
        return command("bin/pks", words).within(Duration.ofMinutes(6)).run();
    }

    /// kubectl with the context of a cluster whose credentials were fetched.
    Command.Result kubectl(String cluster, String... words) {
        return kubectlCommand(cluster, words).run();
    }

    Command kubectlCommand(String cluster, String... words) {
        var all = new ArrayList<>(List.of("--context", cluster));
        all.addAll(List.of(words));
        return command("bin/kubectl", all.toArray(String[]::new));
    }

    Command command(String program, String... words) {
        var all = new ArrayList<String>();
        all.add(CHECKOUT.resolve(program).toString());
        all.addAll(List.of(words));
        return new Command(environment, all);
    }

    /// A cluster of this name with its credentials in the kubeconfig; made when it is missing.
    void cluster(String name, String plan, int workers) {
        if (!pks("cluster", name).succeeded()) {
            pks(
                            "create-cluster",
                            name,
                            "-e",
                            name + ".example.com",
                            "-p",
                            plan,
                            "-n",
                            String.valueOf(workers),
                            "--wait",
                            "--non-interactive")
                    .ok();
            learnCredHub();
        }
        pks("get-credentials", name).ok();
    }

    /// Nodes that are Ready, by name.
    List<String> readyNodes(String cluster) {
        return kubectl(cluster, "get", "nodes", "--no-headers")
                .out()
                .lines()
                .map(line -> line.split("\\s+"))
                .filter(columns -> columns.length > 1 && columns[1].equals("Ready"))
                .map(columns -> columns[0])
                .toList();
    }

    /// A GET of the PKS API with the token of the last log-in.
    JsonNode api(String path) {
        var request = HttpRequest.newBuilder(URI.create(exports().get("PKS_API") + path))
                .header("Authorization", "Bearer " + token())
                .timeout(Duration.ofSeconds(30))
                .GET();
        var response = send(request);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + ": " + response.body());
        }
        return MAPPER.readTree(response.body());
    }

    /// The access token of the last log-in; a command of the user's has just renewed it if it was due.
    String token() {
        pks("plans").ok();
        try {
            return Files.readString(files.resolve("pks/creds.yml"))
                    .lines()
                    .filter(line -> line.startsWith("access_token:"))
                    .map(line ->
                            line.substring("access_token:".length()).strip().replace("\"", ""))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A token of this installation's UAA for a client that acts for itself.
    String clientToken(String client, String secret) {
        var answer = send(HttpRequest.newBuilder(URI.create(exports().get("UAA_URL") + "/oauth/token"))
                .header("Authorization", basic(client, secret))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")));
        return MAPPER.readTree(answer.body()).path("access_token").asString();
    }

    /// Sends a request to a part of the product, trusting its authority.
    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return send(request, Files.readString(place.home().resolve("tls/ca.pem")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends a request to a server whose authority's certificate (PEM) is given.
    HttpResponse<String> send(HttpRequest.Builder request, String authority) {
        try (var http = HttpClient.newBuilder()
                .sslContext(trust(authority))
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Trusts the product's authority.
    SSLContext tls() {
        try {
            return trust(Files.readString(place.home().resolve("tls/ca.pem")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param authority in PEM, one or several
    static SSLContext trust(String authority) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            var text = new ByteArrayInputStream(authority.getBytes(StandardCharsets.US_ASCII));
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(text)) {
                store.setCertificateEntry("ca" + store.size(), one);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// One of the installation's own secrets, by its name in their file.
    String secret(String name) {
        try {
            return MAPPER.readTree(Files.readString(place.home().resolve("secrets.json")))
                    .path(name)
                    .asString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether the process of the control plane is there.
    boolean runs() {
        try {
            return controlPlane().isAlive();
        } catch (UncheckedIOException | NoSuchElementException e) {
            return false;
        }
    }

    /// The process of the control plane.
    ProcessHandle controlPlane() {
        try {
            var pid = Files.readString(place.home().resolve("run/control-plane.pid"))
                    .strip();
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// No log may hold it, which is looked at in the end.
    void mayNotLog(String value) {
        secrets.know("a secret of the test", value);
    }

    /// Removes everything. Fails when one of the logs held a secret.
    @Override
    public void close() {
        try {
            var findings = secretsInLogs();
            if (!findings.isEmpty()) {
                throw new AssertionError("Secrets stand in logs:\n" + String.join("\n", findings));
            }
        } finally {
            remove();
        }
    }

    private List<String> secretsInLogs() {
        var own = home().resolve("secrets.json");
        if (!Files.exists(own)) {
            return List.of();
        }
        try {
            secrets.know("secrets.json", MAPPER.readTree(Files.readString(own)));
            for (var key : List.of("ca-key.pem", "server-key.pem")) {
                secrets.know(key, Files.readString(home().resolve("tls").resolve(key)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (environment.containsKey("PKS_USER_PASSWORD")) {
            secrets.know("PKS_USER_PASSWORD", environment.get("PKS_USER_PASSWORD"));
        }
        if (runs()) {
            learnCredHub();
        }
        return secrets.findings(SecretScan.logs(home()));
    }

    /// Learns every secret of the clusters that there are, unless their Director is elsewhere.
    private void learnCredHub() {
        if (!Files.exists(home().resolve("director"))) {
            return;
        }
        var exports = exports();
        var client = exports.get("BOSH_CLIENT");
        var secret = exports.get("BOSH_CLIENT_SECRET");
        var authentication = MAPPER.readTree(
                        send(HttpRequest.newBuilder(URI.create(exports.get("BOSH_ENVIRONMENT") + "/info")))
                                .body())
                .at("/user_authentication/type")
                .asString();
        var login = authentication.equals("uaa") ? "Bearer " + clientToken(client, secret) : basic(client, secret);
        var found = credhub(exports.get("CREDHUB_SERVER"), login, "path=/");
        for (var variable : found.path("credentials")) {
            var name = variable.path("name").asString();
            secrets.know(
                    "CredHub's " + name,
                    credhub(
                                    exports.get("CREDHUB_SERVER"),
                                    login,
                                    "current=true&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                            .at("/data/0/value"));
        }
    }

    private JsonNode credhub(String url, String login, String query) {
        var answer = send(HttpRequest.newBuilder(URI.create(url + "/api/v1/data?" + query))
                .header("Authorization", login)
                .timeout(Duration.ofSeconds(30)));
        if (answer.statusCode() != 200) {
            throw new AssertionError("CredHub answered " + answer.statusCode());
        }
        return MAPPER.readTree(answer.body());
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private void remove() {
        var destroyed = server("destroy");
        try (var all = Files.walk(files)) {
            for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        destroyed.ok();
    }

    private Path configuration(String settings, int issuerPort) throws IOException {
        var cloudConfig = Files.readString(CHECKOUT.resolve("deploy/cloud-config.yml"))
                .replace("100.96.", "100.%d.".formatted(place.subnet()))
                .replace("openpks0", place.linkPrefix() + "it0");
        Files.writeString(files.resolve("cloud-config.yml"), cloudConfig);
        var broker = Files.readString(CHECKOUT.resolve("deploy/broker.yml")).replace("100.96.0.", "100.97.0.");
        issuer = new Issuer(files, gateway(), issuerPort);
        Files.writeString(files.resolve("broker.yml"), broker + issuer.plan());
        return Files.writeString(
                files.resolve("control-plane.yml"),
                """
                ports: {uaa: %d, api: %d, director: %d, credhub: %d, broker: %d, database: %d}
                nodes: {prefix: %s, link_prefix: %s, route_protocol: %d}
                cloud_config: cloud-config.yml
                broker: broker.yml
                """.formatted(
                                        ports.uaa(),
                                        ports.api(),
                                        ports.director(),
                                        ports.credhub(),
                                        ports.broker(),
                                        ports.database(),
                                        place.prefix(),
                                        place.linkPrefix(),
                                        place.routeProtocol())
                        + settings);
    }

    /// Ports that nothing listens on now.
    static List<Integer> freePorts(int count) throws IOException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }
}
