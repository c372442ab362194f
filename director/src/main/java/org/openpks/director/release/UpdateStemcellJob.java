package org.openpks.director.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.task.EventLog;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Takes a stemcell in and gives its image to the CPI.
@Component
class UpdateStemcellJob implements TaskJob {

    private final Uploads uploads;
    private final JdbcStemcells stemcells;
    private final Cpi cpi;

    UpdateStemcellJob(Uploads uploads, JdbcStemcells stemcells, Cpi cpi) {
        this.uploads = uploads;
        this.stemcells = stemcells;
        this.cpi = cpi;
    }

    private record Manifest(
            String name,
            String version,
            String operatingSystem,
            int apiVersion,
            String checksum,
            Map<String, Object> cloudProperties) {}

    @Override
    public String type() {
        return "update_stemcell";
    }

    @Override
    public String run(TaskContext context, JsonNode json) throws Exception {
        var arguments = ArchiveArguments.of(json);
        var directory = uploads.fresh();
        var stage = context.events().stage("Update stemcell", List.of(), 5);
        try (var archive = arguments.open(uploads, context, "stemcell", DirectorFault.STEMCELL_CHECKSUM_WRONG)) {
            stage.<Boolean>step("Extracting stemcell archive", status -> extract(archive.path(), directory));
            var manifest = stage.<Manifest>step("Verifying stemcell manifest", status -> verify(directory));
            var label = manifest.name() + "/" + manifest.version();
            var stored = stage.<Optional<Stemcells.Stemcell>>step(
                    "Checking if this stemcell already exists",
                    status -> stemcells.findByName(manifest.name(), manifest.version()));
            if (stored.isEmpty() || arguments.fix()) {
                context.checkpoint();
                create(stage, manifest, directory, label, stored);
            }
            return "/stemcells/" + label;
        } finally {
            Archives.delete(directory);
        }
    }

    private void create(
            EventLog.Stage stage, Manifest manifest, Path directory, String label, Optional<Stemcells.Stemcell> former)
            throws Exception {
        var cid = stage.<String>step(
                "Uploading stemcell " + label + " to the cloud",
                status -> cpi.createStemcell(directory.resolve("image"), manifest.cloudProperties()));
        stage.<Boolean>step("Save stemcell " + label + " (" + cid + ")", status -> {
            stemcells.save(
                    manifest.name(),
                    manifest.version(),
                    manifest.operatingSystem(),
                    cid,
                    manifest.apiVersion(),
                    manifest.checksum());
            return true;
        });
        if (former.isPresent() && !former.get().cid().equals(cid)) {
            cpi.deleteStemcell(former.get().cid());
        }
    }

    private static boolean extract(Path archive, Path directory) throws IOException {
        if (!Files.exists(archive)) {
            throw invalid("The uploaded archive is gone; upload the stemcell again.");
        }
        try {
            Archives.unpack(archive, directory);
            return true;
        } catch (IOException e) {
            throw new Fault(
                    DirectorFault.STEMCELL_INVALID,
                    "The stemcell is not a gzip tar archive that can be unpacked.",
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private static Manifest verify(Path directory) throws IOException {
        if (!Files.isRegularFile(directory.resolve("stemcell.MF"))) {
            throw invalid("The stemcell has no stemcell.MF.");
        }
        var root = ReleaseManifest.hash(Files.readString(directory.resolve("stemcell.MF")), "stemcell.MF");
        for (var key : List.of("name", "version", "sha1")) {
            if (root.get(key) == null) {
                throw invalid("'" + key + "' is missing in stemcell.MF.");
            }
        }
        var image = directory.resolve("image");
        if (!Files.isRegularFile(image)) {
            throw invalid("The stemcell has no image.");
        }
        var checksum = String.valueOf(root.get("sha1"));
        // The image of a light stemcell is empty, and its digest is that of the image in the cloud.
        if (Files.size(image) > 0 && !Checksums.matches(image, checksum)) {
            throw new Fault(
                    DirectorFault.STEMCELL_CHECKSUM_WRONG,
                    "The stemcell's image does not have the digest of stemcell.MF; the stemcell is damaged.");
        }
        var cloudProperties = new LinkedHashMap<String, Object>();
        if (root.get("cloud_properties") instanceof Map<?, ?> map) {
            map.forEach((key, value) -> cloudProperties.put(String.valueOf(key), value));
        }
        return new Manifest(
                String.valueOf(root.get("name")),
                String.valueOf(root.get("version")),
                String.valueOf(root.getOrDefault("operating_system", root.get("name"))),
                root.get("api_version") instanceof Number number ? number.intValue() : 1,
                checksum,
                cloudProperties);
    }

    private static Fault invalid(String message) {
        return new Fault(DirectorFault.STEMCELL_INVALID, message);
    }
}
