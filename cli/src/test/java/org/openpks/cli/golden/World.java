package org.openpks.cli.golden;

import static org.openpks.cli.testkit.Bodies.progress;
import static org.openpks.cli.testkit.Bodies.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.Keys;
import org.openpks.cli.testkit.PksRun;

/// An installation with two clusters, some profiles, quotas and tasks: recorded answers for the golden files. The
/// cluster `my-cluster` takes accounts, `fed-cluster` the UAA's users.
final class World implements AutoCloseable {
    private static final Pattern ELAPSED = Pattern.compile("(?m)^ *[0-9]+\\.[0-9]s  ");
    private static final Pattern CERTIFICATE = Pattern.compile("(?s)-----BEGIN.*?-----END [A-Z]+-----");
    private static final Pattern TOKENS = Pattern.compile("e30\\.[A-Za-z0-9_-]+\\.c2ln");
    private static final String TASK_ID = "4925355e-44ed-4aea-abae-9f8e8d58c4d5";

    private static final String CLUSTER = """
            {"name":"%s","plan_name":"small","last_action":"%s","last_action_state":"%s",\
            "last_action_description":"%s","uuid":"%s","kubernetes_master_ips":%s,\
            "network_profile_name":"","compute_profile_name":"%s","kubernetes_profile_name":"%s",\
            "k8s_version":"1.37.2","pks_version":"1.7.0-build.1","available_upgrades":%s,\
            "parameters":{"kubernetes_master_host":"%s.example.com","kubernetes_master_port":8443,\
            "worker_haproxy_ip_addresses":null,"kubernetes_worker_instances":3,"authorization_mode":null,\
            "kubernetes_setting_plan_details":%s,"kubernetes_setting_cluster_details":%s,"nsxt_network_profile":null,\
            "nsxt_network_details":%s,"compute_profile":null,"k8s_customization_parameters":null,"custom_ca_certs":null,\
            "cluster_tags":%s}}""";

    private static final String IPS = "[\"100.96.1.2\",\"100.96.1.3\"]";

    private static final String PLAN_DRAIN = """
            {"kubelet_drain_timeout":"0","kubelet_drain_grace_period":"10","kubelet_drain_force":"true",\
            "kubelet_drain_force_node":"false","kubelet_drain_ignore_daemonsets":"true",\
            "kubelet_drain_delete_local_data":"true"}""";

    private static final String NSXT = """
            "{\\"lb_size\\":\\"small\\",\\"nodes_dns\\":[\\"10.142.7.2\\"],\\"node_routable\\":false,\
            \\"node_subnet_prefix\\":24,\\"pod_routable\\":false,\\"pod_subnet_prefix\\":24,\\"master_vms_nsgroup_id\\":\\"\\",\
            \\"t0_router_id\\":\\"1e83\\",\\"fip_pool_ids\\":[\\"9013\\"],\\"node_ip_block_ids\\":[\\"c5f0\\"],\
            \\"pod_ip_block_ids\\":[\\"fead\\"]}\"""";

    private static final String TASK = """
            {"uuid":"%s","type":"UPGRADE","status":"%s","start_time":1571079600000,"end_time":%s,"clusters":[\
            {"cluster_name":"k8-cluster-000","last_action":"UPGRADE","last_action_state":"%s","start_time":1571079600000,\
            "end_time":%s,"is_canary":true},\
            {"cluster_name":"k8-cluster-001","last_action":"UPGRADE","last_action_state":"%s","start_time":%s,\
            "end_time":null,"is_canary":false}]}""";

    private static final String KUBERNETES_PROFILE = """
            {"name":"my-profile","uuid":"1d7c","owner":"alana","created_at":1573000095000,"description":"Wider ports",\
            "customizations":[{"component":"kube-apiserver","arguments":{"service-node-port-range":"30000-40000"},\
            "file-arguments":{"encryption-provider-config":"c2VjcmV0"}}],\
            "experimental_customizations":[{"component":"kubelet","arguments":{"max-pods":"20"}}]}""";

    private static final String NETWORK_PROFILE = """
            {"name":"my-profile","uuid":"2d7c","description":"Large balancers",\
            "parameters":"{\\"lb_size\\":\\"large\\",\\"nodes_dns\\":[\\"10.0.0.2\\"]}"}""";

    private static final String COMPUTE_PROFILE = """
            {"name":"my-profile","uuid":"3d7c","description":"Two pools",\
            "parameters":{"cluster_customization":{"node_pools":[{"name":"large","instances":2}]}}}""";

    private static final String QUOTA = """
            {"owner":"cody","limit":{"cpu":4,"memory":5.5,"cluster":10}}""";

    private static final String USAGE = """
            {"owner":"cody","totals":{"cpu":20,"memory":52.0,"cluster":2},"clusters":[\
            {"name":"vsp1","cpu":12,"memory":36.0},{"name":"vsp2","cpu":8,"memory":16.0}]}""";

    private static final String CERTIFICATES = """
            [{"name":"/p-bosh/service-instance_4b1a9b6d/tls-kubelet-2018","type":"Leaf","days_left":170,\
            "valid_until":1810000000000},\
            {"name":"/p-bosh/service-instance_4b1a9b6d/kubo_ca_2018","type":"Root","days_left":3,\
            "valid_until":1795600000000}]""";

    private final FakePks pks = new FakePks();

    World(Path home) throws IOException {
        Files.createDirectories(home);
        for (var file : List.of("kubernetes.json", "network.json", "compute.json", "encryption.yml", "config.yml")) {
            try (var in = Objects.requireNonNull(World.class.getResourceAsStream("/golden/files/" + file), file)) {
                Files.writeString(
                        home.resolve(file),
                        new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("~", home.toString()));
            }
        }
        Files.writeString(home.resolve("ca.pem"), Keys.LOCALHOST.pem());
        kubectl(home.resolve("bin"), "v1.37.2");
        kubectl(home.resolve("old"), "v1.32.4");
        answers();
        new PksRun(home).loggedIn(pks);
        pks.on("POST /oauth/token", Reply.json(200, """
                        {"access_token":"%s","id_token":"%s","refresh_token":"refresh-1","token_type":"bearer"}""".formatted(
                        FakePks.token("cody", 600), FakePks.token("cody", 600))));
    }

    private static void kubectl(Path folder, String version) throws IOException {
        var script = "#!/bin/sh\necho '{\"clientVersion\":{\"gitVersion\":\"%s\"}}'\n".formatted(version);
        var file = Files.writeString(Files.createDirectories(folder).resolve("kubectl"), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    FakePks pks() {
        return pks;
    }

    String expanded(String word) {
        return word.replace("API:9021", "localhost:" + pks.port()).replace("API-9021", "localhost-" + pks.port());
    }

    /// What differs from run to run becomes the same.
    String shortened(String text) {
        var same = text.replace("localhost:" + pks.port(), "API:9021")
                .replace("localhost-" + pks.port(), "API-9021")
                .replace(pemAsData(), "PEM");
        same = CERTIFICATE.matcher(same).replaceAll("PEM");
        same = ELAPSED.matcher(same).replaceAll("    0.0s  ");
        same = same.replaceAll("[0-9][^ \"]* at /[^ \"\n]*", "VERSION at JAVA_HOME");
        same = same.replaceAll("[0-9]+ s apart", "N s apart").replaceAll(" in [0-9]+ ms", " in N ms");
        same = same.replaceAll("localhost is [0-9a-f:., ]+", "localhost is ADDRESS");
        return TOKENS.matcher(same).replaceAll("TOKEN");
    }

    private static String pemAsData() {
        return Base64.getEncoder().encodeToString(Keys.LOCALHOST.pem().getBytes(StandardCharsets.UTF_8));
    }

    private static String cluster(String action, String state, String description) {
        return CLUSTER.formatted(
                "my-cluster",
                action,
                state,
                description,
                "4b1a9b6d-3594-4cad-ad0f-22043fb26480",
                state.equals("in progress") ? "[\"In Progress\"]" : IPS,
                "",
                "",
                "[]",
                "my-cluster",
                PLAN_DRAIN,
                "null",
                "null",
                "null");
    }

    private static String rich() {
        return CLUSTER.formatted(
                "fed-cluster",
                "UPDATE",
                "succeeded",
                "Instance update completed",
                "58375a45-17f7-4291-acf1-455bfdc8e371",
                IPS,
                "pools",
                "my-profile",
                "[{\"component\":\"k8s\",\"version\":\"1.38.0\"}]",
                "fed-cluster",
                PLAN_DRAIN,
                "{\"kubelet_drain_timeout\":\"10\"}",
                NSXT,
                "[{\"name\":\"client\",\"value\":\"tiny\"},{\"name\":\"costcenter\",\"value\":\"\"}]");
    }

    private void answers() {
        var issuer = pks.address() + "/oauth/token";
        pks.on("GET /.well-known/openid-configuration", ok("{\"issuer\":\"%s\"}".formatted(issuer)));
        pks.on("GET /v1/plans", ok("""
                [{"id":"8A0E21A8-8072-4D80-B365-D1F502085560","name":"small","description":"Example: one master.",\
                "worker_instances":3,"master_instances":1,"allow-privileged-containers":false},\
                {"id":"58375a45-17f7-4291-acf1-455bfdc8e371","name":"medium","description":"Example: three masters.",\
                "worker_instances":3,"master_instances":3,"allow-privileged-containers":true}]"""));
        pks.on("GET /v1/clusters/fed-cluster", ok(rich()));
        pks.on("GET /v1/clusterdetails/fed-cluster", ok(rich()));
        pks.on(
                "POST /v1/clusters/fed-cluster/binds",
                Reply.json(201, kubeconfig("fed-cluster", "alana", oidc(issuer))));
        pks.on(
                "GET /v1/clusters/fed-cluster/binds/cody?suppressClusterRoleBinding=true",
                ok(kubeconfig("fed-cluster", "cody", oidc(issuer))));
        pks.on(
                "POST /v1/clusters/my-cluster/binds",
                Reply.json(
                        201,
                        kubeconfig(
                                "my-cluster", "0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11", "{\"token\":\"for-a-year\"}")));
        pks.on(
                "POST /api/v1/namespaces/default/serviceaccounts/0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11/token",
                Reply.json(
                        201,
                        "{\"status\":{\"token\":\"for-an-hour\",\"expirationTimestamp\":\"2026-11-23T13:00:00Z\"}}"));
        pks.on("GET /v1/clusters/my-cluster/certificates?days=180", ok(CERTIFICATES));
        pks.on("GET /v1/clusters/my-cluster/certificates?days=30", ok("[]"));
        pks.on("GET /v1/tasks?limit=10", ok("[" + done() + "]"));
        pks.on("GET /v1/tasks?limit=1", ok("[" + done() + "]"));
        pks.on("GET /v1/tasks?limit=20", ok("[" + done() + "]"));
        pks.on("GET /v1/tasks/" + TASK_ID, ok(done()));
        pks.on("PUT /v1/tasks/" + TASK_ID, ok(done()));
        profiles("network", NETWORK_PROFILE);
        profiles("kubernetes", KUBERNETES_PROFILE);
        profiles("compute", COMPUTE_PROFILE);
        pks.on("GET /v1/quotas", ok("[" + QUOTA + "]"));
        pks.on("GET /v1/quotas/cody", ok(QUOTA));
        pks.on("POST /v1/quotas", Reply.json(201, QUOTA));
        pks.on("PATCH /v1/quotas/cody", ok(QUOTA));
        pks.on("DELETE /v1/quotas/cody", Reply.empty(204));
        pks.on("GET /v1/quotas/nobody", Reply.refusal(404, "The quota owner named: \\\"nobody\\\" not found."));
        pks.on("GET /v1/usages", ok("[" + USAGE + "]"));
        pks.on("GET /v1/usages/cody", ok(USAGE));
    }

    private void profiles(String kind, String profile) {
        var path = "/v1/%s-profiles".formatted(kind);
        pks.on("GET " + path, ok("[" + profile + "]"));
        pks.on("GET " + path + "/my-profile", ok(profile));
        pks.on("POST " + path, Reply.empty(201));
        pks.on("DELETE " + path + "/my-profile", Reply.empty(204));
    }

    /// The answers that depend on what is being done to `my-cluster`.
    void expect(List<String> words) {
        var command = words.size() > 1 ? words.get(1) : "";
        var operation =
                switch (command) {
                    case "delete-cluster" -> "DELETE";
                    case "resize", "update-cluster", "rotate-certificates", "rotate-certs" -> "UPDATE";
                    case "upgrade-cluster" -> "UPGRADE";
                    default -> "CREATE";
                };
        var done = cluster(operation, "succeeded", "Instance provisioning completed");
        var going = cluster(operation, "in progress", "Instance provisioning in progress");
        pks.on("GET /v1/clusters", ok("[" + done + "," + rich() + "]"));
        pks.on("POST /v1/clusters", Reply.json(202, cluster("CREATE", "in progress", "Creating cluster")));
        pks.on("PATCH /v1/clusters/my-cluster", Reply.empty(202));
        pks.on("DELETE /v1/clusters/my-cluster", Reply.empty(204));
        pks.on("POST /v1/clusters/my-cluster/certificates/rotate", Reply.json(202, going));
        pks.on("GET /v1/clusterdetails/my-cluster", ok(done));
        if (operation.equals("DELETE")) {
            pks.on("GET /v1/clusters/my-cluster", Reply.refusal(404, "Cluster my-cluster not found"));
            pks.on("GET /v1/clusters/my-cluster/steps?since=0", Reply.empty(404));
        } else {
            if (words.contains("--watch")) {
                pks.on("GET /v1/clusters/my-cluster", ok(going), ok(done));
            } else {
                pks.on("GET /v1/clusters/my-cluster", ok(done));
            }
            pks.on(
                    "GET /v1/clusters/my-cluster/steps?since=0",
                    ok(progress(
                            operation,
                            "succeeded",
                            2,
                            step(1, "Updating instance master", "master/0", "finished", ""),
                            step(2, "Updating instance worker", "worker/0", "finished", ""))));
        }
        upgrades(command);
    }

    private void upgrades(String command) {
        if (command.equals("upgrade-cluster")) {
            pks.on(
                    "PATCH /v1/clusters",
                    Reply.json(202, task("in progress", "null", "in progress", "null", "queued", "null")));
        } else {
            pks.on(
                    "PATCH /v1/clusters",
                    Reply.json(202, task("not started", "null", "queued", "null", "queued", "null")));
            pks.on(
                    "GET /v1/tasks/" + TASK_ID,
                    command.equals("upgrade-clusters")
                            ? new Reply[] {
                                ok(task("in progress", "null", "in progress", "null", "queued", "null")), ok(done())
                            }
                            : new Reply[] {ok(done())});
        }
    }

    private static String done() {
        return task("done", "1571080794000", "succeeded", "1571080794000", "failed", "1571080800000");
    }

    private static String task(
            String status, String end, String canary, String canaryEnd, String other, String otherStart) {
        return TASK.formatted(TASK_ID, status, end, canary, canaryEnd, other, otherStart);
    }

    private String kubeconfig(String cluster, String user, String credentials) {
        return """
                {"preferences":{},"apiVersion":"v1","kind":"Config","current-context":"%1$s",\
                "contexts":[{"name":"%1$s","context":{"cluster":"%1$s","user":"%2$s"}}],\
                "clusters":[{"name":"%1$s","cluster":{"certificate-authority-data":"%3$s","server":"%4$s"}}],\
                "users":[{"name":"%2$s","user":%5$s}]}""".formatted(cluster, user, pemAsData(), pks.address(), credentials);
    }

    private static String oidc(String issuer) {
        return """
                {"auth-provider":{"name":"oidc","config":{"client-id":"pks_cluster_client","client-secret":"",\
                "idp-issuer-url":"%s","id-token":"","refresh-token":""}}}""".formatted(issuer);
    }

    private static Reply ok(String body) {
        return Reply.json(200, body);
    }

    @Override
    public void close() {
        pks.close();
    }
}
