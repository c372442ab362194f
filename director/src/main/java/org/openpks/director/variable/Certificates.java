package org.openpks.director.variable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.openpks.director.variable.Variables.Variable;

/// Certificates with their versions, as CredHub shows them, and their rotation.
///
/// An authority changes in three steps, with a deploy after each: a new version that is transitional is trusted by all;
/// the flag moves to the old version, so that the new one signs; without a flag only the new one is trusted. At each
/// step every certificate that the authority signed gets a new version, which differs in its `ca` alone.
public interface Certificates {

    /// All, by name.
    List<Certificate> list();

    Optional<Certificate> named(String name);

    /// @param id the certificate's, which is none of its versions'
    Optional<Certificate> find(String id);

    /// Makes a new version as the current one was made. It is signed by the authority's current version.
    /// @param transitional whether it is only trusted for now; there can be one such version
    Variable regenerate(String name, boolean transitional);

    /// Makes one version the transitional one, or none. The newest of the others is the current one.
    /// @param version an id of the certificate's, or `latest`
    /// @return the current version and, if there is one, the transitional version
    List<Variable> setTransitional(String name, Optional<String> version);

    /// Makes new versions of all that an authority signed, authorities below it first.
    /// @return their names
    List<String> regenerateSignedBy(String authority);

    /// The current version of a variable, and of a certificate the transitional one if there is one.
    List<Variable> active(String name);

    /// @param signedBy the authority's name; its own when it signs itself
    /// @param signs names that it signs
    /// @param versions newest first
    record Certificate(String id, String name, String signedBy, List<String> signs, List<Version> versions) {
        public Certificate {
            signs = List.copyOf(signs);
            versions = List.copyOf(versions);
        }
    }

    record Version(
            String id,
            Instant createdAt,
            Optional<Instant> expiresAt,
            boolean transitional,
            boolean authority,
            boolean selfSigned,
            boolean generated) {}
}
