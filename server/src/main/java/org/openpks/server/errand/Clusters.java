package org.openpks.server.errand;

import java.util.List;
import java.util.Optional;

/// The clusters as the PKS API shows them, by name. A request that nobody answers is a
/// [org.openpks.kernel.Fault].
public interface Clusters {

    List<String> list();

    /// Empty when there is none of that name any more.
    Optional<State> find(String name);

    /// Asks for a deletion.
    /// @return why it is refused; empty when it is accepted, or there is nothing to delete
    Optional<String> delete(String name);

    /// @param action for example `DELETE`
    /// @param state `in progress`, `succeeded` or `failed`
    record State(String action, String state, String description) {}
}
