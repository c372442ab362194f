package org.openpks.acceptance;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Waiting for something to become true, by short polls with a deadline.
final class Eventually {

    private Eventually() {}

    static void holds(Duration limit, String what, Supplier<Boolean> condition) {
        yields(limit, what, () -> condition.get() ? Optional.of(true) : Optional.empty());
    }

    static <T> T yields(Duration limit, String what, Supplier<Optional<T>> supplier) {
        long deadline = System.nanoTime() + limit.toNanos();
        @Nullable Throwable last = null;
        while (System.nanoTime() < deadline) {
            try {
                var value = supplier.get();
                if (value.isPresent()) {
                    return value.get();
                }
            } catch (AssertionError e) {
                last = e;
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        throw new AssertionError("within " + limit + " this did not come true: " + what, last);
    }
}
