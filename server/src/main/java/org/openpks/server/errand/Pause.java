package org.openpks.server.errand;

import java.time.Duration;

/// Waiting, so that tests need not.
@FunctionalInterface
public interface Pause {

    /// Really waits.
    Pause SLEEP = Thread::sleep;

    void wait(Duration time) throws InterruptedException;
}
