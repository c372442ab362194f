package org.openpks.broker.instance;

import java.util.Map;
import java.util.Optional;

/// What became of a request that changes an instance.
public sealed interface Accepted {

    /// It goes on at the Director.
    /// @param operation the text that finds it again
    record Running(String operation, Optional<String> dashboardUrl, Map<String, String> labels) implements Accepted {}

    /// It is done, or there was nothing to do.
    record Done(Optional<String> dashboardUrl, Map<String, String> labels) implements Accepted {}
}
