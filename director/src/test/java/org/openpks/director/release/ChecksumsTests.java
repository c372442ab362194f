package org.openpks.director.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksumsTests {

    private static final String SHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
    private static final String SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path directory;

    @Test
    void theStrongestDigestDecides() throws Exception {
        var file = Files.writeString(directory.resolve("abc"), "abc");
        assertThat(Checksums.matches(file, SHA1)).isTrue();
        assertThat(Checksums.matches(file, "sha256:" + SHA256)).isTrue();
        assertThat(Checksums.matches(file, SHA1 + ";sha256:" + SHA256)).isTrue();
        assertThat(Checksums.matches(file, "0".repeat(40) + ";sha256:" + SHA256))
                .isTrue();
        assertThat(Checksums.matches(file, SHA1 + ";sha256:" + "0".repeat(64))).isFalse();
        assertThat(Checksums.matches(file, "md9:1234")).isFalse();
        assertThat(Checksums.matches(file, "")).isFalse();
        assertThat(Checksums.sha256(file)).isEqualTo("sha256:" + SHA256);
    }
}
