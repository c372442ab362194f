package org.openpks.director.variable;

import java.util.Map;
import java.util.Optional;

/// The credential store that CredHub's API shows: values by absolute name, encrypted at rest, generated once.
public interface Variables {

    /// The current value: a String, a Map (certificate, rsa, ssh, user) or any JSON value.
    Optional<Variable> find(String name);

    /// Returns the value that is there, or generates it. `ca` options name another variable, absolute, that exists already.
    /// @param type password, certificate, rsa, ssh or user (bosh.md 3.4)
    Variable ensure(String name, String type, Map<String, Object> options);

    /// Removes every variable whose name starts with the prefix.
    void deleteByPrefix(String prefix);

    record Variable(String id, String name, String type, Object value) {}
}
