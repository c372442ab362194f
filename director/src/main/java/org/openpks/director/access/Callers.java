package org.openpks.director.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/// How callers prove who they are.
public interface Callers {

    /// The one whose credentials the request carries; empty when there are none, or none that count.
    Optional<Caller> authenticate(HttpServletRequest request);
}
