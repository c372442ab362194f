package org.openpks.director.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.openpks.director.release.Archives;

/// Small releases and stemcells.
final class TestArchives {

    private final Path directory;

    TestArchives(Path directory) {
        this.directory = directory;
    }

    /// A compiled release `app` with one job and one package.
    Path release(String version, String commit) throws Exception {
        var root = Files.createTempDirectory(directory, "release");
        var job = Files.createDirectories(root.resolve("job"));
        Files.createDirectories(job.resolve("templates"));
        Files.writeString(job.resolve("templates/run.erb"), "#!/bin/sh\n");
        Files.writeString(job.resolve("monit"), "check process app\n");
        Files.writeString(
                job.resolve("job.MF"),
                "name: web\ntemplates: {run.erb: bin/run}\npackages: [tool]\nproperties: {port: {default: 80}}\n");
        var tool = Files.createDirectories(root.resolve("tool/bin"));
        Files.writeString(tool.resolve("hello"), "#!/bin/sh\necho hello\n");
        if (!tool.resolve("hello").toFile().setExecutable(true)) {
            throw new IOException("cannot make a program");
        }
        var archive = Files.createDirectories(root.resolve("archive/jobs")).getParent();
        Files.createDirectories(archive.resolve("compiled_packages"));
        Archives.pack(job, List.of("."), archive.resolve("jobs/web.tgz"));
        Archives.pack(root.resolve("tool"), List.of("."), archive.resolve("compiled_packages/tool.tgz"));
        Files.writeString(archive.resolve("release.MF"), """
                name: app
                version: '%s'
                commit_hash: %s
                uncommitted_changes: false
                jobs:
                - {name: web, version: j1, fingerprint: j1, sha1: 'sha256:%s', packages: [tool]}
                compiled_packages:
                - {name: tool, version: p1, fingerprint: p1, sha1: %s, stemcell: ubuntu/1.1, dependencies: []}
                """.formatted(
                        version,
                        commit,
                        digest("SHA-256", archive.resolve("jobs/web.tgz")),
                        digest("SHA-1", archive.resolve("compiled_packages/tool.tgz"))));
        var file = directory.resolve("app-" + version + "-" + commit + ".tgz");
        Archives.pack(archive, List.of("release.MF", "jobs", "compiled_packages"), file);
        return file;
    }

    Path stemcell(String version) throws Exception {
        var root = Files.createTempDirectory(directory, "stemcell");
        Files.writeString(root.resolve("image"), "image of " + version);
        Files.writeString(
                root.resolve("stemcell.MF"),
                "name: stem\nversion: '%s'\noperating_system: ubuntu\nsha1: %s\napi_version: 3\ncloud_properties: {root: ext4}\n"
                        .formatted(version, digest("SHA-1", root.resolve("image"))));
        var file = directory.resolve("stem-" + version + ".tgz");
        Archives.pack(root, List.of("stemcell.MF", "image"), file);
        return file;
    }

    static String digest(String algorithm, Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file)));
    }
}
