package org.openpks.director.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.component.RunningComponent;
import org.openpks.component.WebComponent;
import org.openpks.component.WithDatabase;
import org.openpks.database.TestDatabase;
import org.openpks.director.DirectorApplication;
import org.openpks.director.cpi.container.Inventory;
import org.openpks.director.cpi.host.Linux;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.settings.NodeSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole director on this machine: a cluster of the adapter's example plan on real nodes. Needs root and the
/// built release.
class RealClusterIT {

    /// The application without what other tests of this module put in its place.
    @WebComponent
    @WithDatabase
    @ComponentScan(
            basePackageClasses = DirectorApplication.class,
            excludeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = {".*TestDirector.*", ".*DirectorApplication", ".*RealClusterIT.*"}))
    @EnableConfigurationProperties(DirectorSettings.class)
    static class WholeDirector {}

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path HOME = Path.of("/tmp/openpks-test8");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient http = HttpClient.newHttpClient();
    private RunningComponent director;

    @BeforeEach
    void start() {
        removeAll();
        director = RunningComponent.start("director", WholeDirector.class, settings());
    }

    @AfterEach
    void stop() {
        director.close();
        removeAll();
    }

    private static NodeSettings nodes() {
        return new NodeSettings(
                HOME.resolve("nodes"),
                "opktest8",
                "ot8",
                218,
                List.of("100.96.0.0/12", "10.200.0.0/16", "10.100.200.0/24"));
    }

    private static void removeAll() {
        new Inventory(nodes().cpi(), Clock.systemUTC()).destroyAll();
        Linux.deleteRecursively(HOME);
    }

    private static Map<String, Object> settings() {
        var settings = new HashMap<>(TestDatabase.settings("director"));
        settings.put("server.port", "0");
        settings.put("server.address", "127.0.0.1");
        settings.put("openpks.web.max-body-bytes", "0");
        settings.put("director.home", HOME.resolve("director").toString());
        settings.put("director.users.admin", "secret");
        settings.put("director.nodes.home", nodes().home().toString());
        settings.put("director.nodes.prefix", nodes().prefix());
        settings.put("director.nodes.link-prefix", nodes().linkPrefix());
        settings.put("director.nodes.route-protocol", String.valueOf(nodes().routeProtocol()));
        settings.put("director.nodes.private-ranges", String.join(",", nodes().privateRanges()));
        return settings;
    }

    @Test
    void deploysResizesAndDeletesACluster() throws Exception {
        var artifacts = JSON.readTree(Files.readString(Path.of(System.getProperty(
                "openpks.artifacts", System.getProperty("user.home") + "/.cache/openpks/artifacts.json"))));
        var release = artifacts.get("releases").get(0);
        done(upload("/stemcells", Path.of(artifacts.get("stemcell").get("path").asString())));
        done(upload("/releases", Path.of(release.get("path").asString())));
        send("POST", "/cloud_configs?name=default", BodyPublishers.ofString(cloudConfig()), "text/yaml");
        var manifest = Files.readString(Path.of("../adapter/src/test/resources/manifests/small.yml"))
                .replaceFirst(
                        "version: 1.37.2\\S*",
                        "version: " + release.get("version").asString())
                .replaceFirst("version: '1.7'", "version: latest");
        var name = manifest.lines()
                .findFirst()
                .orElseThrow()
                .substring("name: ".length())
                .strip();

        for (int round = 0; round < 2; round++) {
            long began = System.nanoTime();
            int task = done(send("POST", "/deployments", BodyPublishers.ofString(manifest), "text/yaml"));
            System.out.println("deploy: " + (System.nanoTime() - began) / 1_000_000 + " ms\n" + debug(task));
            assertThat(JSON.readTree(
                            send("GET", "/deployments/" + name + "/instances", BodyPublishers.noBody(), "text/plain")
                                    .body()))
                    .hasSize(4);

            began = System.nanoTime();
            task = done(send(
                    "POST",
                    "/deployments/" + name + "/errands/apply-addons/runs",
                    BodyPublishers.ofString("{\"instances\":[]}"),
                    "application/json"));
            System.out.println("errand: " + (System.nanoTime() - began) / 1_000_000 + " ms\n" + debug(task));
            System.out.println(get("/tasks/" + task + "/output?type=result"));

            began = System.nanoTime();
            task = done(send(
                    "POST",
                    "/deployments",
                    BodyPublishers.ofString(manifest.replaceFirst("instances: 3", "instances: 1")),
                    "text/yaml"));
            System.out.println("resize: " + (System.nanoTime() - began) / 1_000_000 + " ms\n" + debug(task));

            began = System.nanoTime();
            task = done(send("DELETE", "/deployments/" + name, BodyPublishers.noBody(), "text/plain"));
            System.out.println("delete: " + (System.nanoTime() - began) / 1_000_000 + " ms\n" + debug(task));
        }
        try (var list = Files.list(nodes().home().resolve("nodes"))) {
            assertThat(list).isEmpty();
        }
    }

    private static String cloudConfig() throws IOException {
        return Files.readString(Path.of("../deploy/cloud-config.yml"))
                .replace("100.96.0.0/16", "100.111.8.0/24")
                .replace("100.96.0.", "100.111.8.")
                .replace("bridge: openpks0", "bridge: ot8br0");
    }

    private HttpResponse<String> upload(String path, Path file) throws Exception {
        return send("POST", path, BodyPublishers.ofFile(file), "application/x-compressed");
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body, String type) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + director.port() + path))
                .method(method, body)
                .header("Content-Type", type)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.UTF_8)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String get(String path) throws Exception {
        return send("GET", path, BodyPublishers.noBody(), "text/plain").body();
    }

    private String debug(int task) throws Exception {
        return get("/tasks/" + task + "/output?type=debug");
    }

    /// Waits for the task that the answer names and returns its id.
    private int done(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        var location = URI.create(answer.headers().firstValue("Location").orElseThrow())
                .getPath();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode task = JSON.readTree(get(location));
            var state = task.get("state").asString();
            if (!state.equals("queued") && !state.equals("processing")) {
                int id = task.get("id").asInt();
                assertThat(state)
                        .as("%s\n%s", task, state.equals("done") ? "" : debug(id))
                        .isEqualTo("done");
                return id;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no end within " + PATIENCE);
    }
}
