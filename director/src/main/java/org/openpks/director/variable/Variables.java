package org.openpks.director.variable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The credential store that CredHub's API shows: values by absolute name, encrypted at rest, generated once.
///
/// A name keeps all its versions until it is deleted. The current one is the newest that is not transitional
/// ([Certificates]).
public interface Variables {

    /// The current value: a String, a Map (certificate, rsa, ssh, user) or any JSON value.
    Optional<Variable> find(String name);

    /// Returns the value that is there, or generates it. `ca` options name another variable, absolute, that exists
    /// already. Unknown options are ignored, as CredHub does.
    /// @param type password, certificate, rsa, ssh or user (docs-bosh, `variable-types`)
    Variable ensure(String name, String type, Map<String, Object> options);

    /// Generates a new version in any case.
    Variable generate(String name, String type, Map<String, Object> options);

    /// Stores a value as a new version; an equal current value stays.
    Variable set(String name, String type, Object value);

    /// A version by its id.
    Optional<Variable> byId(String id);

    /// All versions, newest first.
    List<Variable> versions(String name);

    /// Names and current versions without values, newest first.
    /// @param prefix what names start with
    List<Entry> list(String prefix);

    /// Deletes the name with all versions and says whether there was one.
    boolean delete(String name);

    /// Removes every variable whose name starts with the prefix.
    void deleteByPrefix(String prefix);

    /// @param value of a certificate: its `ca` holds every authority that is to be trusted, the signing one first
    /// @param options what it was generated with; empty for a value that was set
    /// @param transitional of a certificate: whether it is trusted beside the current version and signs nothing
    record Variable(
            String id,
            String name,
            String type,
            Object value,
            Map<String, Object> options,
            Instant createdAt,
            boolean transitional) {}

    /// @param expiresAt the end of a certificate's validity
    record Entry(String id, String name, String type, Instant createdAt, Optional<Instant> expiresAt) {}
}
