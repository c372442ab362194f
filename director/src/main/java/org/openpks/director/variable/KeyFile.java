package org.openpks.director.variable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.openpks.kernel.Sealer;
import org.openpks.kernel.SecretFiles;

/// The file with the key that encrypts variables: 32 bytes in base64, mode 0600.
final class KeyFile {

    private static final int BYTES = 32;

    private KeyFile() {}

    /// Reads the key.
    /// @param create whether a missing file is made; otherwise it is an error, because values that only the lost
    ///     key opens exist
    static Sealer open(Path file, boolean create) {
        try {
            if (Files.notExists(file)) {
                if (!create) {
                    throw new IllegalStateException("The encryption key " + file
                            + " is missing, but the database holds variables encrypted with it. Put the key back.");
                }
                var fresh = new byte[BYTES];
                new SecureRandom().nextBytes(fresh);
                SecretFiles.write(file, Base64.getEncoder().encodeToString(fresh) + "\n");
            }
            return new Sealer(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + " does not hold " + BYTES + " bytes in base64.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
