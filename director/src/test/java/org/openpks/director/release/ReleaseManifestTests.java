package org.openpks.director.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseManifestTests {

    @Test
    void readsACompiledRelease() {
        var manifest = ReleaseManifest.parse("""
                name: app
                version: 1.10
                commit_hash: abc
                jobs: [{name: web, version: j, fingerprint: j, sha1: s}]
                compiled_packages:
                - {name: lib, version: p, fingerprint: p, sha1: s, stemcell: ubuntu/1.1, dependencies: []}
                - {name: tool, version: p, fingerprint: p, sha1: s, stemcell: ubuntu/1.1, dependencies: [lib]}
                """);
        assertThat(manifest.compiled()).isTrue();
        assertThat(manifest.packages().get(1).dependencies()).containsExactly("lib");
        assertThat(manifest.packages().getFirst().stemcell()).isEqualTo("ubuntu/1.1");
    }

    @Test
    void knowsASourceRelease() {
        assertThat(ReleaseManifest.parse("{name: app, version: '1', packages: [{name: p, fingerprint: f}]}")
                        .compiled())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version: '1'",
                "name: app",
                "{name: ../app, version: '1'}",
                "{name: .., version: '1'}",
                "{name: app, version: '1', jobs: x}",
                "{name: app, version: '1', jobs: [x]}",
                "{name: app, version: '1', compiled_packages: [{name: a/b, fingerprint: f}]}",
                "{name: app, version: '1', compiled_packages: [{name: a, fingerprint: f, dependencies: [b]}]}",
                "[]",
                "a: ["
            })
    void refusesWhatIsNoRelease(String yaml) {
        assertThatThrownBy(() -> ReleaseManifest.parse(yaml)).hasMessageContaining("release.MF");
    }
}
