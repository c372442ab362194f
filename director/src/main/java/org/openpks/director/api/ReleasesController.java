package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.release.ArchiveArguments;
import org.openpks.director.release.Blobs;
import org.openpks.director.release.ReleaseUse;
import org.openpks.director.release.Releases;
import org.openpks.director.release.Releases.Release;
import org.openpks.director.release.Stemcells;
import org.openpks.director.release.Uploads;
import org.openpks.kernel.Fault;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// Releases, stemcells and their uploads.
@RestController
class ReleasesController {

    private static final String ARCHIVE = "application/x-compressed";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Releases releases;
    private final Stemcells stemcells;
    private final ReleaseUse use;
    private final Uploads uploads;
    private final Blobs blobs;
    private final Submissions submissions;

    ReleasesController(
            Releases releases,
            Stemcells stemcells,
            ReleaseUse use,
            Uploads uploads,
            Blobs blobs,
            Submissions submissions) {
        this.releases = releases;
        this.stemcells = stemcells;
        this.use = use;
        this.uploads = uploads;
        this.blobs = blobs;
        this.submissions = submissions;
    }

    // ---- releases

    @GetMapping("/releases")
    List<Map<String, Object>> list() {
        var byName = new LinkedHashMap<String, List<Map<String, Object>>>();
        for (var release : releases.list()) {
            var version = new LinkedHashMap<String, Object>();
            version.put("version", release.version());
            version.put("commit_hash", release.commitHash());
            version.put("uncommitted_changes", release.uncommittedChanges());
            version.put(
                    "currently_deployed",
                    !use.ofRelease(release.name(), release.version()).isEmpty());
            version.put("job_names", List.copyOf(release.jobs().keySet()));
            byName.computeIfAbsent(release.name(), name -> new ArrayList<>()).add(version);
        }
        return byName.entrySet().stream()
                .map(entry -> {
                    var view = new LinkedHashMap<String, Object>();
                    view.put("name", entry.getKey());
                    view.put("release_versions", entry.getValue());
                    return (Map<String, Object>) view;
                })
                .toList();
    }

    @GetMapping("/releases/{name}")
    Map<String, Object> get(@PathVariable String name, @RequestParam Optional<String> version) {
        var versions = releases.list().stream()
                .filter(release -> release.name().equals(name))
                .toList();
        if (versions.isEmpty()) {
            throw unknown(name);
        }
        if (version.isEmpty()) {
            var view = new LinkedHashMap<String, Object>();
            view.put(
                    "packages",
                    versions.stream()
                            .flatMap(release -> release.packages().values().stream())
                            .distinct()
                            .map(item -> Map.of(
                                    "name", item.name(),
                                    "sha1", item.checksum(),
                                    "version", item.fingerprint(),
                                    "dependencies", item.dependencies()))
                            .toList());
            view.put(
                    "jobs",
                    versions.stream()
                            .flatMap(release -> release.jobs().values().stream())
                            .distinct()
                            .map(item ->
                                    Map.of("name", item.name(), "sha1", item.checksum(), "version", item.fingerprint()))
                            .toList());
            view.put("versions", versions.stream().map(Release::version).toList());
            return view;
        }
        return version(versions.stream()
                .filter(release -> release.version().equals(version.get()))
                .findFirst()
                .orElseThrow(() -> unknown(name, version.get())));
    }

    private static Map<String, Object> version(Release release) {
        var view = new LinkedHashMap<String, Object>();
        view.put(
                "jobs",
                release.jobs().values().stream()
                        .map(job -> {
                            var item = new LinkedHashMap<String, Object>();
                            item.put("name", job.name());
                            item.put("blobstore_id", null);
                            item.put("sha1", job.checksum());
                            item.put("fingerprint", job.fingerprint());
                            item.put("consumes", job.spec().getOrDefault("consumes", List.of()));
                            item.put("provides", job.spec().getOrDefault("provides", List.of()));
                            return item;
                        })
                        .toList());
        view.put(
                "packages",
                release.packages().values().stream()
                        .map(one -> {
                            var compiled = new LinkedHashMap<String, Object>();
                            compiled.put("stemcell", one.stemcell());
                            compiled.put("sha1", one.checksum());
                            compiled.put("blobstore_id", null);
                            var item = new LinkedHashMap<String, Object>();
                            item.put("name", one.name());
                            item.put("blobstore_id", null);
                            item.put("sha1", null);
                            item.put("fingerprint", one.fingerprint());
                            item.put("compiled_packages", List.of(compiled));
                            return item;
                        })
                        .toList());
        return view;
    }

    private static Fault unknown(String name) {
        return new Fault(DirectorFault.RELEASE_UNKNOWN, "Release '" + ApiErrors.shown(name) + "' doesn't exist");
    }

    private static Fault unknown(String name, String version) {
        return new Fault(
                DirectorFault.RELEASE_VERSION_UNKNOWN,
                "Release version '" + ApiErrors.shown(name) + "/" + ApiErrors.shown(version) + "' doesn't exist");
    }

    @PostMapping(path = "/releases", consumes = ARCHIVE)
    ResponseEntity<Void> upload(HttpServletRequest request) throws IOException {
        return submitRelease(request, uploaded(request));
    }

    @PostMapping(path = "/releases", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> fetch(HttpServletRequest request) throws IOException {
        return submitRelease(request, remote(request));
    }

    private ResponseEntity<Void> submitRelease(HttpServletRequest request, ArchiveArguments arguments) {
        return submissions.general(request, "release:upload", "update_release", "create release", arguments.toJson());
    }

    private ArchiveArguments uploaded(HttpServletRequest request) throws IOException {
        return ArchiveArguments.uploaded(
                uploads.receive(request.getInputStream()), DeploymentsController.flag(request, "fix"));
    }

    private static ArchiveArguments remote(HttpServletRequest request) throws IOException {
        var body = Bodies.json(request);
        var location = Bodies.string(body, "location");
        if (location.isEmpty()) {
            throw new Fault(DirectorFault.FIELD_MISSING, "'location' is missing in the request body.");
        }
        return ArchiveArguments.remote(
                location, Bodies.string(body, "sha1"), DeploymentsController.flag(request, "fix"));
    }

    @DeleteMapping("/releases/{name}")
    ResponseEntity<Void> delete(
            @PathVariable String name, @RequestParam Optional<String> version, HttpServletRequest request) {
        if (releases.list().stream().noneMatch(release -> release.name().equals(name))) {
            throw unknown(name);
        }
        version.ifPresent(text -> {
            if (releases.find(name, text).isEmpty()) {
                throw unknown(name, text);
            }
        });
        return submissions.general(
                request,
                "release:upload",
                "delete_release",
                "delete release: " + name + version.map(text -> "/" + text).orElse(""),
                JSON.createObjectNode().put("name", name).put("version", version.orElse("")));
    }

    /// Nothing may be left out of an upload, because the archives of packages are not kept.
    @PostMapping(
            path = {"/packages/matches", "/packages/matches_compiled"},
            consumes = "text/yaml")
    List<String> matches(HttpServletRequest request) throws IOException {
        Bodies.yaml(Bodies.text(request));
        return List.of();
    }

    @GetMapping("/jobs")
    List<Map<String, Object>> jobs(
            @RequestParam Optional<String> name,
            @RequestParam(name = "release_name") Optional<String> releaseName,
            @RequestParam Optional<String> fingerprint) {
        if (name.isEmpty() || releaseName.isEmpty() || fingerprint.isEmpty()) {
            throw new Fault(DirectorFault.FIELD_MISSING, "'name', 'release_name' and 'fingerprint' are required.");
        }
        var found = releases.list().stream()
                .filter(release -> release.name().equals(releaseName.get()))
                .flatMap(release -> release.jobs().values().stream())
                .filter(job ->
                        job.name().equals(name.get()) && job.fingerprint().equals(fingerprint.get()))
                .findFirst()
                .orElseThrow(() -> new Fault(DirectorFault.JOB_UNKNOWN, "No job matches."));
        return List.of(Map.of("name", found.name(), "fingerprint", found.fingerprint(), "spec", found.spec()));
    }

    @PostMapping(path = "/cleanup", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> cleanUp(HttpServletRequest request) throws IOException {
        boolean all = Bodies.json(request).path("config").path("remove_all").asBoolean(false);
        return submissions.general(
                request,
                "release:upload",
                "delete_artifacts",
                all ? "clean up all" : "clean up",
                JSON.createObjectNode().put("all", all));
    }

    @GetMapping("/resources/{id}")
    void resource(@PathVariable String id, HttpServletResponse response) throws IOException {
        var blob = blobs.find(id)
                .orElseThrow(() ->
                        new Fault(DirectorFault.RESOURCE_UNKNOWN, "Resource '" + ApiErrors.shown(id) + "' not found"));
        response.setContentType("application/x-gzip");
        response.setContentLengthLong(Files.size(blob.file()));
        Files.copy(blob.file(), response.getOutputStream());
    }

    // ---- stemcells

    @GetMapping("/stemcells")
    List<Map<String, Object>> stemcells() {
        return stemcells.list().stream()
                .sorted(Comparator.comparing(Stemcells.Stemcell::id))
                .map(stemcell -> {
                    var view = new LinkedHashMap<String, Object>();
                    view.put("name", stemcell.name());
                    view.put("operating_system", stemcell.operatingSystem());
                    view.put("version", stemcell.version());
                    view.put("cid", stemcell.cid());
                    view.put("cpi", "");
                    view.put(
                            "deployments",
                            use.ofStemcell(stemcell.name(), stemcell.version()).stream()
                                    .map(name -> Map.of("name", name))
                                    .toList());
                    view.put("api_version", stemcell.apiVersion());
                    view.put("id", stemcell.id());
                    return (Map<String, Object>) view;
                })
                .toList();
    }

    @PostMapping(path = "/stemcell_uploads", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Boolean> needed(HttpServletRequest request) throws IOException {
        var stemcell = Bodies.json(request).path("stemcell");
        return Map.of(
                "needed",
                stemcells.list().stream()
                        .noneMatch(one -> one.name().equals(Bodies.string(stemcell, "name"))
                                && one.version().equals(Bodies.string(stemcell, "version"))));
    }

    @PostMapping(path = "/stemcells", consumes = ARCHIVE)
    ResponseEntity<Void> uploadStemcell(HttpServletRequest request) throws IOException {
        return submitStemcell(request, uploaded(request));
    }

    @PostMapping(path = "/stemcells", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> fetchStemcell(HttpServletRequest request) throws IOException {
        return submitStemcell(request, remote(request));
    }

    private ResponseEntity<Void> submitStemcell(HttpServletRequest request, ArchiveArguments arguments) {
        return submissions.general(request, "release:upload", "update_stemcell", "create stemcell", arguments.toJson());
    }

    @DeleteMapping("/stemcells/{name}/{version}")
    ResponseEntity<Void> deleteStemcell(
            @PathVariable String name, @PathVariable String version, HttpServletRequest request) {
        var label = name + "/" + version;
        if (stemcells.list().stream()
                .noneMatch(stemcell ->
                        stemcell.name().equals(name) && stemcell.version().equals(version))) {
            throw new Fault(DirectorFault.STEMCELL_UNKNOWN, "Stemcell '" + ApiErrors.shown(label) + "' doesn't exist");
        }
        return submissions.general(
                request,
                "release:upload",
                "delete_stemcell",
                "delete stemcell: " + label,
                JSON.createObjectNode().put("name", name).put("version", version));
    }
}
