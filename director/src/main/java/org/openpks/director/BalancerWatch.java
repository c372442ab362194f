package org.openpks.director;

import java.time.Duration;
import org.openpks.director.cpi.container.ContainerCpi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Looks after the load balancers of this machine, from the start on: every cluster with several masters is reached
/// through one.
final class BalancerWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(BalancerWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ContainerCpi cpi;
    private volatile boolean active;
    private Thread thread = Thread.currentThread();

    BalancerWatch(ContainerCpi cpi) {
        this.cpi = cpi;
    }

    @Override
    public void start() {
        active = true;
        thread = Thread.ofVirtual().name("balancer-watch").start(this::watch);
    }

    @Override
    public void stop() {
        active = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return active;
    }

    private void watch() {
        while (active) {
            try {
                cpi.tendBalancers();
            } catch (RuntimeException e) {
                // A stop interrupts the look, which then fails for that.
                if (active) {
                    log.atWarn().addKeyValue("cause", e.getMessage()).log("Could not look after load balancers");
                }
            }
            try {
                Thread.sleep(INTERVAL);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
