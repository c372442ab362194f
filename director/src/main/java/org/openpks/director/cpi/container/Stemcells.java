package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;

/// Node images, unpacked once and then the lower layer of every node's root.
final class Stemcells {

    private static final Duration UNPACKING = Duration.ofMinutes(10);

    private final ContainerCpiSettings settings;

    Stemcells(ContainerCpiSettings settings) {
        this.settings = settings;
    }

    /// The id follows from the image's content, so the same image is never stored twice.
    synchronized String create(Path image) {
        var cid = "sc-" + digest(image).substring(0, 24);
        var target = settings.stemcells().resolve(cid);
        if (Files.isDirectory(target)) {
            return cid;
        }
        try {
            Files.createDirectories(settings.stemcells());
            // of a fixed name, so that what a killed director left is found and removed here
            var temporary = settings.stemcells().resolve(".unpacking-" + cid);
            Linux.deleteRecursively(temporary);
            SecretFiles.createDirectories(temporary);
            try {
                var rootfs = Files.createDirectory(temporary.resolve("rootfs"));
                Command.of(
                                "tar",
                                "--extract",
                                "--file=" + image.toAbsolutePath(),
                                "--directory=" + rootfs,
                                "--numeric-owner",
                                "--xattrs",
                                "--xattrs-include=*")
                        .within(UNPACKING)
                        .check();
                Files.setPosixFilePermissions(rootfs, PosixFilePermissions.fromString("rwxr-xr-x"));
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                // somebody else unpacked the same image at the same time
                return cid;
            } finally {
                Linux.deleteRecursively(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store the stemcell " + image, e);
        }
        return cid;
    }

    void delete(String cid, List<String> vms) {
        for (var vm : vms) {
            var node = NodeDirectory.of(settings, vm);
            var record = Json.readIfPresent(node.recordFile(), NodeRecord.class);
            if (record.map(NodeRecord::stemcellCid).equals(Optional.of(cid))) {
                throw new Fault(
                        CpiFaultCode.STEMCELL_IN_USE,
                        "The stemcell is in use by a machine.",
                        "stemcell=%s vm=%s".formatted(cid, vm));
            }
        }
        Linux.deleteRecursively(settings.stemcells().resolve(checked(cid)));
    }

    Path rootfs(String cid) {
        var rootfs = settings.stemcells().resolve(checked(cid)).resolve("rootfs");
        if (!Files.isDirectory(rootfs)) {
            throw new Fault(
                    CpiFaultCode.STEMCELL_UNKNOWN, "The stemcell is not stored here; upload it again.", "cid=" + cid);
        }
        return rootfs;
    }

    private static String checked(String cid) {
        if (!cid.matches("sc-[0-9a-f]{24}")) {
            throw new Fault(CpiFaultCode.STEMCELL_UNKNOWN, "There is no such stemcell.", "cid=" + cid);
        }
        return cid;
    }

    private static String digest(Path image) {
        try (InputStream stream = Files.newInputStream(image)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = new byte[1 << 16];
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the stemcell " + image, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
