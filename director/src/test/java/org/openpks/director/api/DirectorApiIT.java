package org.openpks.director.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import org.openpks.kernel.Pem;
import tools.jackson.databind.JsonNode;

/// What the bosh command line and the broker send, against the running director and a real database.
class DirectorApiIT {

    @TempDir
    static Path home;

    private static RunningComponent director;
    private static Client client;
    private static Client stranger;
    private static Client credhub;

    @BeforeAll
    static void start() {
        director = RunningComponent.start(
                "director", TestDirector.class, settings(home, TestDatabase.settings("director")));
        client = new Client(director.port(), "admin", "secret");
        stranger = new Client(director.port(), "", "");
        credhub = new Client(director.bean(CredHubConnector.class).port(), "admin", "secret");
    }

    @AfterAll
    static void stop() {
        director.close();
    }

    static Map<String, Object> settings(Path home, Map<String, Object> database) {
        var settings = new HashMap<>(database);
        settings.put("server.port", "0");
        settings.put("server.address", "127.0.0.1");
        settings.put("openpks.web.max-body-bytes", "0");
        settings.put("director.home", home.toString());
        settings.put("director.users.admin", "secret");
        settings.put("director.credhub-port", "0");
        settings.put("director.key-pool", "0");
        return settings;
    }

    // ---- info and authentication

    @Test
    void infoIsOpenAndNamesTheUserOnlyWithTheRightPassword() {
        var anonymous = stranger.json("/info");
        assertThat(anonymous.path("user").isNull()).isTrue();
        assertThat(anonymous.path("user_authentication").path("type").asString())
                .isEqualTo("basic");
        assertThat(anonymous.path("version").asString()).startsWith("282.");
        assertThat(client.json("/info").path("user").asString()).isEqualTo("admin");
        assertThat(new Client(director.port(), "admin", "wrong")
                        .json("/info")
                        .path("user")
                        .isNull())
                .isTrue();
    }

    @Test
    void everythingElseAsksForAUser() {
        var refused = stranger.get("/tasks");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"BOSH Director\"");
        assertThat(refused.body()).isEqualTo("Not authorized: '/tasks'\n");
        assertThat(new Client(director.port(), "admin", "wrong")
                        .get("/deployments")
                        .statusCode())
                .isEqualTo(401);
        assertThat(new Client(director.port(), "nobody", "secret")
                        .get("/deployments")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void tellsUnknownEndpoints() {
        var unknown = client.get("/nothing/here");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("Endpoint '/nothing/here' not found.");
        assertThat(client.get("/credhub/api/v1/data?path=/").statusCode()).isEqualTo(404);
        assertThat(client.json("POST", "/deployments", "{}").statusCode()).isEqualTo(404);
    }

    // ---- deploy and tasks

    @Test
    void deploysAsATaskWhoseOutputGrows() {
        var manifest = "# mine\nname: first\nreleases: []\n";
        var response = client.yaml("/deployments", manifest, "X-Bosh-Context-Id", "context-1");
        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.body()).isEmpty();
        long task = Client.taskOf(response);

        var ended = client.ended(task);
        assertThat(ended.path("state").asString()).isEqualTo("done");
        assertThat(ended.path("result").asString()).isEqualTo("/deployments/first");
        assertThat(ended.path("description").asString()).isEqualTo("create deployment");
        assertThat(ended.path("context_id").asString()).isEqualTo("context-1");
        assertThat(ended.path("deployment").asString()).isEqualTo("first");
        assertThat(ended.path("user").asString()).isEqualTo("admin");
        assertThat(ended.path("timestamp").isIntegralNumber()).isTrue();
        assertThat(ended.path("started_at").isIntegralNumber()).isTrue();

        var events = client.get("/tasks/" + task + "/output?type=event", "Range", "bytes=0-");
        assertThat(events.statusCode()).isEqualTo(206);
        int size = events.body().length();
        assertThat(events.headers().firstValue("Content-Range")).contains("bytes 0-" + (size - 1) + "/" + size);
        var lines = events.body().lines().map(Client.JSON::readTree).toList();
        assertThat(lines)
                .extracting(line -> line.path("state").asString())
                .containsExactly("started", "in_progress", "finished");
        assertThat(lines.getFirst().path("tags").get(0).asString()).isEqualTo("web");
        assertThat(lines.getFirst().path("index").asInt()).isEqualTo(1);
        assertThat(lines.get(1).path("data").path("status").asString()).isEqualTo("executing pre-start");

        var beyond = client.get("/tasks/" + task + "/output?type=event", "Range", "bytes=" + size + "-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("Content-Range")).contains("bytes */" + size);
        assertThat(client.get("/tasks/" + task + "/output?type=result").statusCode())
                .isEqualTo(204);
        assertThat(client.get("/tasks/" + task + "/output").body()).contains("deployed");

        assertThat(client.json("/deployments/first").path("manifest").asString())
                .isEqualTo(manifest);
        var byContext = client.json("/tasks?context_id=context-1");
        assertThat(byContext.size()).isEqualTo(1);
        assertThat(byContext.get(0).path("id").asLong()).isEqualTo(task);
    }

    @Test
    void aFailedTaskSaysWhyInItsLastEvent() {
        long task = Client.taskOf(client.yaml("/deployments", "name: failing\ntest: fail\n"));

        var ended = client.ended(task);
        assertThat(ended.path("state").asString()).isEqualTo("error");
        assertThat(ended.path("result").asString()).isEqualTo("web/0 is not running after update.");
        var lines = client.get("/tasks/" + task + "/output?type=event")
                .body()
                .lines()
                .map(Client.JSON::readTree)
                .toList();
        assertThat(lines.get(lines.size() - 2).path("state").asString()).isEqualTo("failed");
        assertThat(lines.getLast().path("error").path("code").asInt()).isEqualTo(70001);
        assertThat(client.json("/deployments/failing").path("manifest").isNull())
                .isTrue();
    }

    @Test
    void tasksOfOneDeploymentWaitForEachOtherAndCanBeCancelled() {
        TestDirector.DeployJob.GATES.put("busy", new CountDownLatch(1));
        long running = Client.taskOf(client.yaml("/deployments", "name: busy\n"));
        client.until(running, Map.of("processing", true));
        long waiting = Client.taskOf(client.yaml("/deployments", "name: busy\n"));
        long other = Client.taskOf(client.yaml("/deployments", "name: idle\n"));
        assertThat(client.ended(other).path("state").asString()).isEqualTo("done");
        assertThat(client.json("/tasks/" + waiting).path("state").asString()).isEqualTo("queued");

        var locks = client.json("/locks");
        assertThat(locks.get(0).path("resource").get(0).asString()).isEqualTo("busy");
        assertThat(locks.get(0).path("task_id").asString()).isEqualTo(Long.toString(running));
        assertThat(locks.get(0).path("timeout").isString()).isTrue();
        assertThat(client.json("/tasks?state=queued,processing&verbose=2&deployment=busy")
                        .size())
                .isEqualTo(2);
        assertThat(deployment("busy").path("locked").asBoolean()).isTrue();

        assertThat(client.delete("/task/" + waiting).statusCode()).isEqualTo(204);
        assertThat(client.json("/tasks/" + waiting).path("state").asString()).isEqualTo("cancelled");
        assertThat(client.delete("/task/" + running).statusCode()).isEqualTo(204);
        assertThat(client.ended(running).path("state").asString()).isEqualTo("cancelled");
        var again = client.delete("/task/" + running);
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).isEqualTo("Cannot cancel task " + running + ": invalid state (cancelled)");
        assertThat(client.json("/locks").size()).isZero();
    }

    @Test
    void aCancelledTaskIsWokenFromWhatItWaitsFor() {
        TestDirector.DeployJob.GATES.put("waits", new CountDownLatch(1));
        long task = Client.taskOf(client.yaml("/deployments", "name: waits\ntest: wait\n"));
        client.until(task, Map.of("processing", true));
        var deadline = Instant.now().plusSeconds(30);
        while (!TestDirector.DeployJob.RUNS.contains("waits:" + task)
                && Instant.now().isBefore(deadline)) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(client.delete("/task/" + task).statusCode()).isEqualTo(204);
        var ended = client.ended(task);
        assertThat(ended.path("state").asString()).isEqualTo("cancelled");
        assertThat(ended.path("result").asString()).isEqualTo("Task " + task + " cancelled");
        assertThat(client.get("/tasks/" + task + "/output?type=event").body())
                .contains("\"message\":\"Task " + task + " cancelled\"");
        assertThat(client.json("/locks").size()).isZero();
    }

    private static JsonNode deployment(String name) {
        for (var deployment : client.json("/deployments")) {
            if (deployment.path("name").asString().equals(name)) {
                return deployment;
            }
        }
        throw new AssertionError("no deployment " + name);
    }

    @Test
    void refusesBadManifestsAtOnce() {
        assertThat(client.yaml("/deployments", "").body()).contains("440001");
        assertThat(client.yaml("/deployments", "[1, 2]").body()).contains("440001");
        assertThat(client.yaml("/deployments", "a: [").body()).contains("440001");
        assertThat(client.yaml("/deployments", "releases: []").body()).contains("40001");
        assertThat(client.yaml("/deployments", "name: ../x").body()).contains("40005");
        assertThat(client.yaml("/deployments", "name: x", "X-Bosh-Context-Id", "c".repeat(65))
                        .body())
                .contains("70010");
        assertThat(client.yaml("/deployments", "name: " + "x".repeat(5 * 1024 * 1024))
                        .statusCode())
                .isEqualTo(413);
        assertThat(client.get("/deployments/x").statusCode()).isEqualTo(404);
    }

    @Test
    void unknownThingsAre404WithBoshNumbers() {
        for (var path : Map.of(
                        "/tasks/999999", 10000,
                        "/tasks/x", 10000,
                        "/deployments/none", 70000,
                        "/deployments/none/vms", 70000,
                        "/deployments/none/errands", 70000,
                        "/releases/none", 30005,
                        "/configs/77777", 440012)
                .entrySet()) {
            var response = client.get(path.getKey());
            assertThat(response.statusCode()).as(path.getKey()).isEqualTo(404);
            assertThat(Client.JSON.readTree(response.body()).path("code").asInt())
                    .isEqualTo(path.getValue());
        }
        var deleted = client.delete("/deployments/none");
        assertThat(deleted.statusCode()).isEqualTo(404);
        assertThat(deleted.body()).isEqualTo("{\"code\":70000,\"description\":\"Deployment 'none' doesn't exist\"}");
    }

    @Test
    void listsAndDeletesDeployments() {
        client.ended(Client.taskOf(client.yaml("/deployments", "name: short-lived\n")));
        var listed = deployment("short-lived");
        assertThat(listed.path("releases").get(0).path("name").asString()).isEqualTo("site");
        assertThat(listed.path("stemcells").get(0).path("version").asString()).isEqualTo("1.1");
        assertThat(listed.path("locked").asBoolean()).isFalse();
        assertThat(client.json("/deployments?exclude_configs=true&exclude_lock=true")
                        .get(0)
                        .has("cloud_config"))
                .isFalse();

        var task = client.ended(Client.taskOf(client.delete("/deployments/short-lived?force=true")));
        assertThat(task.path("description").asString()).isEqualTo("delete deployment short-lived");
        assertThat(client.get("/deployments/short-lived").statusCode()).isEqualTo(404);
    }

    // ---- instances

    @Test
    void vmsAndInstancesTellTheirStateAsATask() {
        client.ended(Client.taskOf(client.yaml("/deployments", "name: seen\n")));
        long vms = Client.taskOf(client.get("/deployments/seen/vms?format=full"));
        assertThat(client.ended(vms).path("result").isNull()).isTrue();
        var lines = client.get("/tasks/" + vms + "/output?type=result")
                .body()
                .lines()
                .map(Client.JSON::readTree)
                .toList();
        assertThat(lines).hasSize(1);
        var line = lines.getFirst();
        assertThat(line.path("job_state").asString()).isEqualTo("running");
        assertThat(line.path("vm_created_at").asString()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(line.path("vitals").path("mem").path("kb").isString()).isTrue();
        assertThat(line.path("vitals").path("uptime").path("secs").isNumber()).isTrue();
        assertThat(line.path("processes").get(0).path("mem").path("kb").isNumber())
                .isTrue();
        assertThat(line.path("ips").get(0).asString()).isEqualTo("10.0.0.4");

        long instances = Client.taskOf(client.get("/deployments/seen/instances?format=full"));
        client.ended(instances);
        var all = client.get("/tasks/" + instances + "/output?type=result")
                .body()
                .lines()
                .map(Client.JSON::readTree)
                .toList();
        assertThat(all).hasSize(2);
        assertThat(all.get(1).path("vm_cid").isNull()).isTrue();
        assertThat(all.get(1).path("vitals").isNull()).isTrue();
        assertThat(client.json("/deployments/seen/vms").size()).isEqualTo(1);
        assertThat(client.json("/deployments/seen/instances")
                        .get(1)
                        .path("expects_vm")
                        .asBoolean())
                .isFalse();
        assertThat(client.json("/deployments/seen/jobs/web/0").path("id").asString())
                .isEqualTo(TestDirector.INSTANCE);
        assertThat(client.get("/deployments/seen/jobs/web/zero").body()).contains("70002");
        assertThat(client.get("/deployments/seen/jobs/web/7").body()).contains("70001");
        assertThat(client.json("/deployments/seen/errands").get(0).path("name").asString())
                .isEqualTo("smoke-tests");
    }

    @Test
    void stateChangesUseTheStoredManifest() {
        client.ended(Client.taskOf(client.yaml("/deployments", "name: changing\n")));
        for (var path : List.of(
                "/jobs/*?state=stopped",
                "/jobs/web?state=recreate",
                "/jobs/web/" + TestDirector.INSTANCE + "?state=started")) {
            var task = client.ended(Client.taskOf(client.send(
                    "PUT", "/deployments/changing" + path, BodyPublishers.noBody(), "Content-Type", "text/yaml")));
            assertThat(task.path("state").asString()).isEqualTo("done");
        }
        assertThat(client.send("PUT", "/deployments/changing/jobs/web?state=upside-down", BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(400);
        assertThat(client.send("PUT", "/deployments/changing/jobs/none?state=started", BodyPublishers.noBody())
                        .body())
                .contains("70009");
    }

    @Test
    void collectsLogs() {
        client.ended(Client.taskOf(client.yaml("/deployments", "name: logging\n")));
        var task = client.ended(Client.taskOf(client.get("/deployments/logging/jobs/*/*/logs?type=job")));
        assertThat(task.path("state").asString()).isEqualTo("done");
        var resource = client.get("/resources/" + task.path("result").asString());
        assertThat(resource.statusCode()).isEqualTo(200);
        assertThat(resource.headers().firstValue("Content-Type")).contains("application/x-gzip");
        assertThat(resource.body()).isEqualTo("logs");
        assertThat(client.get("/resources/none").statusCode()).isEqualTo(404);
    }

    // ---- configs

    @Test
    void letsOneOfSeveralWritersReplaceAVersion() throws Exception {
        for (var expected : List.of("0", "newest")) {
            var id = expected.equals("0")
                    ? expected
                    : client.json("/configs?type=race&name=one&latest=true")
                            .get(0)
                            .path("id")
                            .asString();
            var answers = new ArrayList<Future<Integer>>();
            try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int writer = 0; writer < 8; writer++) {
                    var body = Map.of(
                            "type",
                            "race",
                            "name",
                            "one",
                            "content",
                            "writer: %s%d".formatted(expected, writer),
                            "expected_latest_id",
                            id);
                    answers.add(writers.submit(
                            () -> client.json("POST", "/configs", body).statusCode()));
                }
            }
            var statuses = new ArrayList<Integer>();
            for (var answer : answers) {
                statuses.add(answer.get());
            }
            assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 412);
        }
        assertThat(client.json("/configs?type=race&latest=false").size()).isEqualTo(2);
    }

    @Test
    void keepsVersionsOfConfigs() {
        var body = Map.of("type", "free", "name", "one", "content", "a: 1\n");
        var created = client.json("POST", "/configs", body);
        assertThat(created.statusCode()).isEqualTo(201);
        var first = Client.JSON.readTree(created.body());
        assertThat(first.path("id").isString()).isTrue();
        assertThat(first.path("current").asBoolean()).isTrue();
        assertThat(first.path("created_at").asString()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC");
        assertThat(Client.JSON
                        .readTree(client.json("POST", "/configs", body).body())
                        .path("id"))
                .isEqualTo(first.path("id"));

        var changed = Map.of(
                "type",
                "free",
                "name",
                "one",
                "content",
                "a: 2\n",
                "expected_latest_id",
                first.path("id").asString());
        assertThat(client.json("POST", "/configs", changed).statusCode()).isEqualTo(201);
        var stale = client.json(
                "POST",
                "/configs",
                Map.of(
                        "type",
                        "free",
                        "name",
                        "one",
                        "content",
                        "a: 3\n",
                        "expected_latest_id",
                        first.path("id").asString()));
        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(Client.JSON.readTree(stale.body()).path("expected_latest_id"))
                .isEqualTo(first.path("id"));

        assertThat(client.json("/configs?type=free&name=one&limit=1&latest=true")
                        .size())
                .isEqualTo(1);
        var all = client.json("/configs?type=free&latest=false");
        assertThat(all.size()).isEqualTo(2);
        assertThat(all.get(1).path("current").asBoolean()).isFalse();
        assertThat(client.get("/configs?limit=0").body()).contains("440010");

        var diff = Client.JSON.readTree(
                client.json("POST", "/configs/diff", Map.of("type", "free", "name", "one", "content", "a: 4\n"))
                        .body());
        assertThat(diff.path("diff").toString()).isEqualTo("[[\"a: 2\",\"removed\"],[\"a: 4\",\"added\"]]");
        assertThat(diff.path("from").path("id")).isEqualTo(all.get(0).path("id"));

        assertThat(client.delete("/configs?type=free&name=one").statusCode()).isEqualTo(204);
        assertThat(client.delete("/configs?type=free&name=one").statusCode()).isEqualTo(404);
        assertThat(client.json("POST", "/configs", "{\"type\":").body()).contains("440010");
        assertThat(client.json("POST", "/configs", Map.of("type", "free", "name", "one"))
                        .body())
                .contains("'content' is required");
    }

    @Test
    void cloudConfigsHaveAnOlderView() {
        assertThat(client.json("/cloud_configs?limit=1&name=mine").size()).isZero();
        var diff = client.yaml("/cloud_configs/diff?name=mine", "azs: [{name: z1}]\n");
        assertThat(Client.JSON.readTree(diff.body()).path("diff").size()).isEqualTo(2);
        var stored = client.yaml("/cloud_configs?name=mine", "azs: [{name: z1}]\n");
        assertThat(stored.statusCode()).isEqualTo(201);
        assertThat(stored.body()).isEmpty();
        assertThat(client.json("/cloud_configs?limit=1&name=mine")
                        .get(0)
                        .path("properties")
                        .asString())
                .isEqualTo("azs: [{name: z1}]\n");
        assertThat(client.json("/events?action=update&object_type=cloud-config")
                        .get(0)
                        .path("object_name")
                        .asString())
                .isEqualTo("mine");
        var deploy = client.yaml("/deployments/new/diff?redact=true", "name: new\nproperties: {password: pass}\n");
        var answer = Client.JSON.readTree(deploy.body());
        assertThat(deploy.statusCode()).isEqualTo(200);
        assertThat(answer.path("context").path("cloud_config_ids").size()).isGreaterThan(0);
        assertThat(deploy.body()).contains("<redacted>").doesNotContain(": pass");
    }

    // ---- releases and stemcells

    @Test
    void takesCompiledReleasesIn(@TempDir Path directory) throws Exception {
        var archives = new TestArchives(directory);
        var file = archives.release("1.0", "abc");
        var upload = client.send(
                "POST", "/releases", BodyPublishers.ofFile(file), "Content-Type", "application/x-compressed");
        var task = client.ended(Client.taskOf(upload));
        assertThat(task.path("result").asString()).isEqualTo("Created release 'app/1.0'");
        assertThat(client.get("/tasks/" + task.path("id").asLong() + "/output?type=event")
                        .body())
                .contains("Extracting release", "Creating new packages", "tool/p1", "Release has been created");

        var listed = client.json("/releases").get(0);
        assertThat(listed.path("name").asString()).isEqualTo("app");
        assertThat(listed.path("release_versions")
                        .get(0)
                        .path("job_names")
                        .get(0)
                        .asString())
                .isEqualTo("web");
        assertThat(client.json("/releases/app?version=1.0")
                        .path("packages")
                        .get(0)
                        .path("compiled_packages")
                        .get(0)
                        .path("stemcell")
                        .asString())
                .isEqualTo("ubuntu/1.1");
        assertThat(home.resolve("packages/tool/p1/bin/hello")).isExecutable();
        assertThat(home.resolve("jobs/web/j1/templates/run.erb")).exists();
        try (var left = Files.list(home.resolve("uploads"))) {
            assertThat(left).isEmpty();
        }

        var remote =
                Map.of("location", file.toUri().toString(), "sha1", "sha256:" + TestArchives.digest("SHA-256", file));
        assertThat(client.ended(Client.taskOf(client.json("POST", "/releases", remote)))
                        .path("state")
                        .asString())
                .isEqualTo("done");
        assertThat(file).exists();
        var wrong = Map.of("location", file.toUri().toString(), "sha1", "0".repeat(40));
        assertThat(client.ended(Client.taskOf(client.json("POST", "/releases", wrong)))
                        .path("result")
                        .asString())
                .contains("digest");
        var other = archives.release("1.0", "def");
        assertThat(client.ended(Client.taskOf(client.send(
                                "POST",
                                "/releases",
                                BodyPublishers.ofFile(other),
                                "Content-Type",
                                "application/x-compressed")))
                        .path("result")
                        .asString())
                .contains("commit_hash");
        assertThat(client.ended(Client.taskOf(client.send(
                                "POST",
                                "/releases",
                                BodyPublishers.ofString("no archive"),
                                "Content-Type",
                                "application/x-compressed")))
                        .path("result")
                        .asString())
                .contains("not a gzip tar");
        assertThat(client.yaml("/packages/matches", "packages: []").body()).isEqualTo("[]");

        client.ended(Client.taskOf(client.send(
                "POST",
                "/releases",
                BodyPublishers.ofFile(archives.release("2.0", "abc")),
                "Content-Type",
                "application/x-compressed")));
        client.ended(Client.taskOf(client.delete("/releases/app?version=2.0")));
        assertThat(home.resolve("packages/tool/p1")).exists();
        var cleanup = client.json("POST", "/cleanup", Map.of("config", Map.of("remove_all", false)));
        assertThat(client.ended(Client.taskOf(cleanup)).path("result").asString())
                .startsWith("Deleted 0 release(s)");
        assertThat(client.ended(Client.taskOf(client.delete("/releases/app")))
                        .path("state")
                        .asString())
                .isEqualTo("done");
        assertThat(home.resolve("packages/tool/p1")).doesNotExist();
        assertThat(client.delete("/releases/app").statusCode()).isEqualTo(404);
    }

    @Test
    void givesStemcellsToTheCloud(@TempDir Path directory) throws Exception {
        assertThat(client.json(
                                "POST",
                                "/stemcell_uploads",
                                Map.of("stemcell", Map.of("name", "stem", "version", "3.1")))
                        .body())
                .isEqualTo("{\"needed\":true}");
        var file = new TestArchives(directory).stemcell("3.1");
        for (int i = 0; i < 2; i++) {
            var task = client.ended(Client.taskOf(client.send(
                    "POST", "/stemcells", BodyPublishers.ofFile(file), "Content-Type", "application/x-compressed")));
            assertThat(task.path("result").asString()).isEqualTo("/stemcells/stem/3.1");
        }
        assertThat(director.bean(TestDirector.InMemoryCloud.class).stemcells).containsExactly("image of 3.1");
        var listed = client.json("/stemcells").get(0);
        assertThat(listed.path("operating_system").asString()).isEqualTo("ubuntu");
        assertThat(listed.path("api_version").asInt()).isEqualTo(3);
        assertThat(client.json(
                                "POST",
                                "/stemcell_uploads",
                                Map.of("stemcell", Map.of("name", "stem", "version", "3.1")))
                        .body())
                .isEqualTo("{\"needed\":false}");
        assertThat(client.ended(Client.taskOf(client.delete("/stemcells/stem/3.1")))
                        .path("state")
                        .asString())
                .isEqualTo("done");
        assertThat(client.delete("/stemcells/stem/3.1").body()).contains("50003");
    }

    // ---- CredHub

    @Test
    void generatesCredentialsOnce() {
        assertThat(new Client(director.bean(CredHubConnector.class).port(), "", "")
                        .get("/health")
                        .body())
                .contains("UP");
        assertThat(new Client(director.bean(CredHubConnector.class).port(), "", "")
                        .get("/api/v1/data?path=/")
                        .statusCode())
                .isEqualTo(401);

        var request = Map.of("name", "/openpks/first/password", "type", "password", "parameters", Map.of("length", 40));
        var made = Client.JSON.readTree(
                credhub.json("POST", "/api/v1/data", request).body());
        assertThat(made.path("value").asString()).hasSize(40);
        assertThat(Client.JSON
                        .readTree(credhub.json("POST", "/api/v1/data", request).body())
                        .path("id"))
                .isEqualTo(made.path("id"));
        var read = credhub.json("/api/v1/data?name=/openpks/first/password&current=true")
                .path("data")
                .get(0);
        assertThat(read.path("value")).isEqualTo(made.path("value"));
        assertThat(credhub.json("/api/v1/data/" + made.path("id").asString())
                        .path("name")
                        .asString())
                .isEqualTo("/openpks/first/password");

        var again = Client.JSON.readTree(
                credhub.json("POST", "/api/v1/regenerate", Map.of("name", "/openpks/first/password"))
                        .body());
        assertThat(again.path("value")).isNotEqualTo(made.path("value"));
        assertThat(credhub.json("/api/v1/data?name=/openpks/first/password")
                        .path("data")
                        .size())
                .isEqualTo(2);

        client.ended(Client.taskOf(client.yaml("/deployments", "name: first\n")));
        assertThat(client.json("/deployments/first/variables").toString())
                .contains("/openpks/first/password")
                .doesNotContain(again.path("value").asString());
        assertThat(credhub.delete("/api/v1/data?name=/openpks/first/password").statusCode())
                .isEqualTo(204);
        var gone = credhub.get("/api/v1/data?name=/openpks/first/password");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.body())
                .startsWith("{\"error\":\"The request could not be completed because the credential does not exist");
    }

    @Test
    void rotatesAnAuthorityInThreeSteps() {
        made("/rotated/ca", Map.of("is_ca", true, "common_name", "ca", "duration", 100));
        made("/rotated/leaf", Map.of("ca", "/rotated/ca", "common_name", "leaf"));
        made("/rotated/other", Map.of("common_name", "signs itself"));
        var ca = certificate("/rotated/ca");
        assertThat(ca.path("signed_by").asString()).isEqualTo("/rotated/ca");
        assertThat(ca.path("signs").toString()).isEqualTo("[\"/rotated/leaf\"]");
        assertThat(ca.path("versions").get(0).path("certificate_authority").asBoolean())
                .isTrue();
        assertThat(certificate("/rotated/leaf").path("signed_by").asString()).isEqualTo("/rotated/ca");
        var way = "/api/v1/certificates/" + ca.path("id").asString();
        var old = current("/rotated/ca");
        var leaf = current("/rotated/leaf");

        // Both are trusted, the old one signs.
        var next = Client.JSON.readTree(credhub.json("POST", way + "/regenerate", Map.of("set_as_transitional", true))
                .body());
        assertThat(next.path("transitional").asBoolean()).isTrue();
        assertThat(current("/rotated/ca")).isEqualTo(old);
        var trusting = current("/rotated/leaf");
        assertThat(trusting.path("id")).isNotEqualTo(leaf.path("id"));
        assertThat(part(trusting, "certificate")).isEqualTo(part(leaf, "certificate"));
        assertThat(Pem.certificates(part(trusting, "ca")))
                .containsExactly(authority(old), authority(next))
                .doesNotHaveDuplicates();
        assertThat(credhub.json("/api/v1/data/" + leaf.path("id").asString())).isEqualTo(leaf);
        assertThat(credhub.json(way + "/versions?current=true").size()).isEqualTo(2);
        var second = credhub.json("POST", way + "/regenerate", Map.of("set_as_transitional", true));
        assertThat(second.statusCode()).isEqualTo(400);
        assertThat(second.body()).contains("maximum number of transitional versions");
        regenerate("/rotated/leaf");
        assertThat(Pem.certificates(part(current("/rotated/leaf"), "ca")))
                .containsExactly(authority(old), authority(next));

        // Both are trusted, the new one signs.
        transitional(way, old.path("id").asString());
        assertThat(current("/rotated/ca").path("id")).isEqualTo(next.path("id"));
        assertThat(Pem.certificates(part(current("/rotated/leaf"), "ca")))
                .containsExactly(authority(old), authority(next));
        assertThat(credhub.json("POST", "/api/v1/bulk-regenerate", Map.of("signed_by", "/rotated/ca"))
                        .body())
                .isEqualTo("{\"regenerated_credentials\":[\"/rotated/leaf\"]}");
        var signed = current("/rotated/leaf");
        assertThat(Pem.certificates(part(signed, "ca"))).containsExactly(authority(next), authority(old));
        assertThatCode(() -> Pem.certificates(part(signed, "certificate"))
                        .getFirst()
                        .verify(authority(next).getPublicKey()))
                .doesNotThrowAnyException();

        // The old one is trusted no more.
        transitional(way, "");
        assertThat(Pem.certificates(part(current("/rotated/leaf"), "ca"))).containsExactly(authority(next));
        assertThat(part(current("/rotated/leaf"), "certificate")).isEqualTo(part(signed, "certificate"));
        assertThat(certificate("/rotated/ca").path("versions").size()).isEqualTo(2);
    }

    @Test
    void refusesWhatCannotBeRotated() {
        made("/fixed/ca", Map.of("is_ca", true, "common_name", "ca"));
        made("/fixed/leaf", Map.of("ca", "/fixed/ca", "common_name", "leaf"));
        var way = "/api/v1/certificates/" + certificate("/fixed/ca").path("id").asString();
        assertThat(credhub.get("/api/v1/certificates?name=/fixed/none").statusCode())
                .isEqualTo(404);
        assertThat(credhub.json("POST", "/api/v1/certificates/none/regenerate", "")
                        .statusCode())
                .isEqualTo(404);
        var foreign =
                certificate("/fixed/leaf").path("versions").get(0).path("id").asString();
        assertThat(credhub.json("PUT", way + "/update_transitional_version", Map.of("version", foreign))
                        .body())
                .contains("is none of the certificate");
        assertThat(credhub.json("POST", "/api/v1/bulk-regenerate", Map.of("signed_by", "/fixed/none"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(credhub.json("POST", "/api/v1/bulk-regenerate", Map.of()).statusCode())
                .isEqualTo(400);
        credhub.json("PUT", "/api/v1/data", Map.of("name", "/fixed/set", "type", "certificate", "value", Map.of()));
        var given =
                "/api/v1/certificates/" + certificate("/fixed/set").path("id").asString();
        assertThat(credhub.json("POST", given + "/regenerate", "").body()).contains("was set and not generated");
    }

    private static void made(String name, Map<String, Object> options) {
        assertThat(credhub.json(
                                "POST",
                                "/api/v1/data",
                                Map.of("name", name, "type", "certificate", "parameters", options))
                        .statusCode())
                .isEqualTo(200);
    }

    private static void regenerate(String name) {
        assertThat(credhub.json("POST", "/api/v1/regenerate", Map.of("name", name))
                        .statusCode())
                .isEqualTo(200);
    }

    /// @param version empty for none
    private static void transitional(String way, String version) {
        var body = Client.JSON.createObjectNode().put("version", version.isEmpty() ? null : version);
        assertThat(credhub.json("PUT", way + "/update_transitional_version", body)
                        .statusCode())
                .isEqualTo(200);
    }

    private static JsonNode certificate(String name) {
        return credhub.json("/api/v1/certificates?name=" + name)
                .path("certificates")
                .get(0);
    }

    private static JsonNode current(String name) {
        return credhub.json("/api/v1/data?name=" + name + "&current=true")
                .path("data")
                .get(0);
    }

    private static String part(JsonNode credential, String key) {
        return credential.path("value").path(key).asString();
    }

    private static X509Certificate authority(JsonNode credential) {
        return Pem.certificates(part(credential, "certificate")).getFirst();
    }

    @Test
    void setsFindsAndRefusesCredentials() {
        var set = credhub.json(
                "PUT",
                "/api/v1/data",
                Map.of("name", "/team/settings", "type", "json", "value", Map.of("a", List.of(1, 2))));
        assertThat(set.statusCode()).isEqualTo(200);
        assertThat(credhub.json("/api/v1/data?path=/team")
                        .path("credentials")
                        .get(0)
                        .path("name")
                        .asString())
                .isEqualTo("/team/settings");
        assertThat(credhub.json("/api/v1/data?name-like=SETT")
                        .path("credentials")
                        .size())
                .isEqualTo(1);
        assertThat(credhub.json("PUT", "/api/v1/data", Map.of("name", "/x", "type", "json"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(credhub.json("PUT", "/api/v1/data", Map.of("name", "/x", "type", "password", "value", List.of()))
                        .statusCode())
                .isEqualTo(400);
        assertThat(credhub.json("POST", "/api/v1/data", Map.of("name", "/x", "type", "magic"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(credhub.json("POST", "/api/v1/data", Map.of("name", "/x//y", "type", "password"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(credhub.json(
                                "POST",
                                "/api/v1/data",
                                Map.of(
                                        "name",
                                        "/leaf",
                                        "type",
                                        "certificate",
                                        "parameters",
                                        Map.of("common_name", "x", "ca", "/none")))
                        .body())
                .contains("'/none' does not exist");
        assertThat(credhub.get("/deployments").statusCode()).isEqualTo(404);
    }
}
