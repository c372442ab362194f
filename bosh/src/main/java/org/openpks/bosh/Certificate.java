package org.openpks.bosh;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A certificate that CredHub holds, with its versions and without its values.
/// @param id the certificate's own, not a version's
/// @param signedBy the name of its authority; its own when it signs itself
/// @param versions newest first
public record Certificate(String id, String name, String signedBy, List<Version> versions) {

    public Certificate {
        versions = List.copyOf(versions);
    }

    /// @param transitional trusted beside the current version, and signing nothing
    public record Version(String id, Optional<Instant> expiresAt, boolean transitional, boolean authority) {}

    /// The version that signs, or that is used: the newest that is not transitional.
    public Optional<Version> current() {
        return versions.stream().filter(version -> !version.transitional()).findFirst();
    }

    public Optional<Version> transitional() {
        return versions.stream().filter(Version::transitional).findFirst();
    }

    public boolean authority() {
        return current().map(Version::authority).orElse(false);
    }
}
