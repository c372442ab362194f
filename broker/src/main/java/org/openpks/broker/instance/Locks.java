package org.openpks.broker.instance;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// One thing at a time for each instance within this process. Between processes the versions of the records decide.
final class Locks {

    private static final int STRIPES = 256;

    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    Locks() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    <T> T with(String deployment, Supplier<T> work) {
        var lock = stripes[Math.floorMod(deployment.hashCode(), STRIPES)];
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
