package org.openpks.bosh;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A CredHub. Every method throws [org.openpks.kernel.Fault] with a [BoshFault]; no value of a credential ever
/// stands in a fault.
public interface CredHub {

    /// The current value: a text, or a map of a credential of several parts (a certificate).
    /// @param name absolute, with a leading `/`
    Optional<Object> get(String name);

    void set(String name, String value);

    void set(String name, Map<String, Object> value);

    /// The names below a path.
    List<String> names(String path);

    /// Nothing happens when there is none.
    void delete(String name);

    /// Every certificate whose name starts with a prefix.
    List<Certificate> certificates(String prefix);

    /// Makes a new version as the current one was made, signed by its authority's current version.
    /// @param transitional whether it is only trusted for now; CredHub refuses a second one
    void regenerate(Certificate certificate, boolean transitional);

    /// Makes new versions of all that an authority signed.
    void regenerateSignedBy(Certificate authority);

    /// Makes one version the transitional one; empty for none. The newest of the others is the current one.
    void setTransitional(Certificate certificate, Optional<Certificate.Version> version);

    /// Deletes everything below a path, which ends with `/`.
    default void deleteBelow(String path) {
        for (var name : names(path)) {
            if (name.startsWith(path)) {
                delete(name);
            }
        }
    }
}
