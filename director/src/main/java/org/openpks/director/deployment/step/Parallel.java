package org.openpks.director.deployment.step;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/// Does something for many at once, inside one method call.
public final class Parallel {

    @FunctionalInterface
    public interface Body<T> {
        void run(T item) throws Exception;
    }

    private Parallel() {}

    /// Runs the body for every item on virtual threads, at most `limit` at a time, in the items' order. After a
    /// failure those that run come to their end, no new ones begin, and the first failure is thrown.
    public static <T> void each(Collection<T> items, int limit, Body<T> body) throws Exception {
        if (items.size() == 1) {
            body.run(items.iterator().next());
            return;
        }
        var failure = new AtomicReference<Throwable>();
        var slots = new Semaphore(limit);
        var threads = new ArrayList<Thread>(items.size());
        try {
            for (var item : items) {
                slots.acquire();
                if (failure.get() != null) {
                    break;
                }
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        body.run(item);
                    } catch (Throwable e) {
                        if (!failure.compareAndSet(null, e)) {
                            failure.get().addSuppressed(e);
                        }
                    } finally {
                        slots.release();
                    }
                }));
            }
            join(threads);
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            joinUninterrupted(threads);
            throw e;
        }
        switch (failure.get()) {
            case null -> {}
            case Exception e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (var thread : threads) {
            thread.join();
        }
    }

    private static void joinUninterrupted(List<Thread> threads) {
        for (var thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException again) {
                    thread.interrupt();
                }
            }
        }
    }
}
