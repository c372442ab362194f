package org.openpks.broker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.openpks.bosh.Authorization;
import org.openpks.bosh.HttpDirector;
import org.openpks.bosh.Task;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import org.openpks.director.api.CredHubConnector;
import org.openpks.director.release.Archives;

/// Our own Director: its HTTP API, its tasks and stores over a real database; only the machines are in memory.
final class EmbeddedDirector implements DirectorUnderTest {

    private static final String CLOUD_CONFIG = """
            azs: [{name: z1}]
            vm_types: [{name: m}, {name: w}]
            disk_types: [{name: "5120", disk_size: 5120}]
            networks:
            - name: default
              type: manual
              subnets:
              - {range: 10.11.0.0/16, gateway: 10.11.0.1, azs: [z1]}
            """;

    private final RunningComponent component;
    private final CloudDouble cloud;

    /// @param home an empty directory
    EmbeddedDirector(Path home) throws IOException {
        var settings = new HashMap<String, Object>(TestDatabase.settings("director"));
        settings.put("server.port", 0);
        settings.put("server.address", "127.0.0.1");
        settings.put("openpks.web.max-body-bytes", 0);
        settings.put("director.name", "test-director");
        settings.put("director.home", home.resolve("director").toString());
        settings.put("director.users." + USER, PASSWORD);
        settings.put("director.credhub-port", 0);
        settings.put("director.key-pool", 0);
        settings.put("director.resurrect-every", "0s");
        component = RunningComponent.start("director", EmbeddedDirectorApplication.class, settings);
        cloud = component.bean(CloudDouble.class);
        try (var http = HttpClient.newHttpClient()) {
            var director = new HttpDirector(http, url(), Authorization.basic(USER, PASSWORD));
            director.updateCloudConfig("default", CLOUD_CONFIG);
            ended(director, director.uploadStemcell(stemcell(home)));
            for (var version : List.of("1.0", "2.0")) {
                ended(director, director.uploadRelease(release(home, version)));
            }
        }
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + component.port());
    }

    @Override
    public URI credhubUrl() {
        return URI.create(
                "http://127.0.0.1:" + component.bean(CredHubConnector.class).port());
    }

    @Override
    public void progress() {
        cloud.held(false);
    }

    @Override
    public void hold() {
        cloud.held(true);
    }

    @Override
    public void awaitCreation(String instance) {
        until(() -> cloud.starts(instance), "no machine of %s is started".formatted(instance));
    }

    @Override
    public void failing(boolean on) {
        cloud.failing(on);
    }

    @Override
    public void close() {
        cloud.close();
        component.close();
    }

    private static void ended(HttpDirector director, long id) {
        until(() -> !director.task(id).state().running(), "task %d does not end".formatted(id));
        var task = director.task(id);
        if (task.state() != Task.State.DONE) {
            throw new AssertionError("%s: %s".formatted(task.description(), task.result()));
        }
    }

    private static void until(BooleanSupplier done, String otherwise) {
        var deadline = Instant.now().plusSeconds(60);
        while (!done.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(otherwise);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static Path stemcell(Path home) throws IOException {
        var root = Files.createTempDirectory(home, "stemcell");
        Files.writeString(root.resolve("image"), "image");
        Files.writeString(root.resolve("stemcell.MF"), """
                name: stem
                version: '1.0'
                operating_system: debian
                sha1: 'sha256:%s'
                api_version: 3
                cloud_properties: {}
                """.formatted(digest(root.resolve("image"))));
        var file = home.resolve("stemcell.tgz");
        Archives.pack(root, List.of("stemcell.MF", "image"), file);
        return file;
    }

    /// A release with the jobs that the test adapter names; they do nothing.
    private static Path release(Path home, String version) throws IOException {
        var root = Files.createTempDirectory(home, "release");
        Files.createDirectories(root.resolve("jobs"));
        var manifest = new StringBuilder("""
                name: kubernetes
                version: '%s'
                commit_hash: abcdef
                uncommitted_changes: false
                packages: []
                jobs:
                """.formatted(version));
        for (var job : List.of("etcd", "apply-addons", "kubelet")) {
            var directory = Files.createTempDirectory(home, job);
            Files.createDirectories(directory.resolve("templates"));
            Files.writeString(
                    directory.resolve("templates/run.erb"), "#!/bin/sh\n# %s of %s\n".formatted(job, version));
            Files.writeString(directory.resolve("monit"), job.equals("apply-addons") ? "" : "check process server\n");
            Files.writeString(
                    directory.resolve("job.MF"),
                    "name: %s\ntemplates: {run.erb: bin/run}\npackages: []\nproperties: {password: {}, ca: {}}\n"
                            .formatted(job));
            var archive = root.resolve("jobs").resolve(job + ".tgz");
            Archives.pack(directory, List.of("."), archive);
            manifest.append(
                    "- {name: %1$s, version: '%2$s', fingerprint: %1$s-%2$s, sha1: 'sha256:%3$s', packages: []}\n"
                            .formatted(job, version, digest(archive)));
        }
        Files.writeString(root.resolve("release.MF"), manifest);
        var file = home.resolve("kubernetes-" + version + ".tgz");
        Archives.pack(root, List.of("release.MF", "jobs"), file);
        return file;
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
