import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// The least of a PKS API and a UAA that the commands can be rehearsed against: `RehearsalServer KEYSTORE
/// PORT-FILE`. Listens on a free loopback port and writes its number to the file. Ends with its standard input.
final class RehearsalServer {
    private static final String CLUSTER =
            """
            {"name":"rehearsal","plan_name":"small","last_action":"%s","last_action_state":"succeeded",
             "last_action_description":"","uuid":"00000000-0000-0000-0000-000000000000",
             "kubernetes_master_ips":["192.0.2.1"],"network_profile_name":null,"k8s_version":"1","pks_version":"1",
             "parameters":{"kubernetes_master_host":"rehearsal.example.com","kubernetes_master_port":8443,
              "kubernetes_worker_instances":3}}""";
    private static final String STEPS =
            """
            {"operation":"%s","state":"succeeded","description":"","next":2,"steps":[
             {"index":1,"stage":"Creating missing vms","task":"worker/0","state":"finished","started_at":1,"finished_at":2},
             {"index":2,"stage":"Creating missing vms","task":"worker/1","state":"started","started_at":1}]}""";
    private static final String KUBECONFIG =
            """
            {"apiVersion":"v1","kind":"Config","current-context":"rehearsal","preferences":{},
             "clusters":[{"name":"rehearsal","cluster":{"server":"https://192.0.2.1:8443"}}],
             "contexts":[{"name":"rehearsal","context":{"cluster":"rehearsal","user":"u"}}],
             "users":[{"name":"u","user":{"token":"t"}}]}""";

    private static final String TASK =
            """
            {"uuid":"rehearsal","type":"UPGRADE","status":"done","start_time":1700000000000,"end_time":1700000001000,
             "clusters":[{"cluster_name":"rehearsal","last_action_state":"succeeded","start_time":1700000000000,
              "end_time":1700000001000,"is_canary":false}]}""";
    private static final String PROFILE =
            """
            {"name":"rehearsal","description":"d","owner":"o","created_at":1700000000000,"parameters":{},
             "customizations":[{"component":"kube-apiserver","arguments":{"a":"b"}}]}""";
    private static final String QUOTA =
            """
            {"owner":"rehearsal","limit":{"cpu":1,"memory":1.5,"cluster":1},"totals":{"cpu":1,"memory":1.5,"cluster":1},
             "clusters":[{"name":"rehearsal","cpu":1,"memory":1.5}]}""";
    private static final String CERTIFICATES =
            """
            [{"name":"/p-bosh/tls","type":"Leaf","days_left":9,"valid_until":1700000000000}]""";

    private static final String CLAIMS = "{\"scope\":[\"pks.clusters.admin\"]}";

    private static volatile String action = "CREATE";
    private static volatile boolean deleted;

    public static void main(String[] args) throws Exception {
        var password = "rehearsal".toCharArray();
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(KeyStore.getInstance(new File(args[0]), password), password);
        var tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
        server.createContext("/", RehearsalServer::answer);
        server.start();
        var draft = Path.of(args[1] + ".new");
        Files.writeString(draft, String.valueOf(server.getAddress().getPort()));
        Files.move(draft, Path.of(args[1]));
        System.in.readAllBytes();
        server.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        var method = exchange.getRequestMethod();
        var path = exchange.getRequestURI().getPath();
        exchange.getRequestBody().readAllBytes();
        boolean one = path.split("/").length > 3;
        if (method.equals("PATCH") && one) {
            action = "UPDATE";
        } else if (method.equals("DELETE") && path.startsWith("/v1/clusters/")) {
            deleted = true;
        }
        if (path.equals("/oauth/token")) {
            var claims = Base64.getUrlEncoder().withoutPadding().encodeToString(CLAIMS.getBytes(StandardCharsets.UTF_8));
            send(exchange, 200, "{\"access_token\":\"a.%s.c\",\"refresh_token\":\"r\"}".formatted(claims));
        } else if (path.equals("/v1/plans")) {
            send(exchange, 200, "[{\"id\":\"1\",\"name\":\"small\",\"description\":\"d\",\"worker_instances\":3}]");
        } else if (path.endsWith("-configuration")) {
            send(exchange, 200, "{\"issuer\":\"rehearsal\"}");
        } else if (path.startsWith("/v1/tasks") || (path.equals("/v1/clusters") && method.equals("PATCH"))) {
            send(exchange, 200, path.equals("/v1/tasks") ? "[" + TASK + "]" : TASK);
        } else if (path.contains("-profiles")) {
            send(exchange, 200, one ? PROFILE : "[" + PROFILE + "]");
        } else if (path.startsWith("/v1/quotas") || path.startsWith("/v1/usages")) {
            send(exchange, 200, one ? QUOTA : "[" + QUOTA + "]");
        } else if (path.endsWith("/certificates")) {
            send(exchange, 200, CERTIFICATES);
        } else if (path.endsWith("/binds")) {
            send(exchange, 201, KUBECONFIG);
        } else if (method.equals("PATCH") || method.equals("DELETE")) {
            send(exchange, 202, "");
        } else if (deleted) {
            send(exchange, 404, "{\"body\":\"Cluster rehearsal not found\"}");
        } else if (path.endsWith("/steps")) {
            send(exchange, 200, STEPS.formatted(action));
        } else {
            var cluster = CLUSTER.formatted(action);
            boolean list = path.equals("/v1/clusters") && method.equals("GET");
            send(exchange, method.equals("POST") ? 202 : 200, list ? "[" + cluster + "]" : cluster);
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
