package org.openpks.director.variable;

import java.security.KeyPair;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.kernel.CertificateAuthority;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// RSA keys of 2048 bits made ahead, because making one takes longer than all else of a variable. They are made one
/// by one with a pause between, so that the start and deploys keep the processors.
@Component
class KeyPool implements SmartLifecycle {

    static final int BITS = 2048;

    private static final Duration QUIET_START = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final BlockingQueue<KeyPair> keys;
    private final int size;
    private volatile boolean active;
    private volatile Thread maker = Thread.currentThread();

    KeyPool(DirectorSettings settings) {
        this.size = settings.keyPool();
        this.keys = new ArrayBlockingQueue<>(Math.max(1, size));
    }

    /// A key of its own for each caller; made on the spot when none is ready or another size is asked for.
    KeyPair rsa(int bits) {
        var ready = bits == BITS ? keys.poll() : null;
        return ready == null ? CertificateAuthority.rsa(bits) : ready;
    }

    @Override
    public void start() {
        active = true;
        if (size > 0) {
            maker = Thread.ofPlatform()
                    .name("rsa-keys")
                    .daemon()
                    .priority(Thread.MIN_PRIORITY)
                    .start(this::fill);
        }
    }

    @Override
    public void stop() {
        active = false;
        if (size > 0) {
            maker.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return active;
    }

    private void fill() {
        try {
            Thread.sleep(QUIET_START);
            while (active) {
                keys.put(CertificateAuthority.rsa(BITS));
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
