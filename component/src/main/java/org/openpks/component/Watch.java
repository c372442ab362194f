package org.openpks.component;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Looks after something again and again while its part runs: at once when it starts, then always the same pause after
/// the last look. A look that fails is logged, and the next one comes all the same.
public abstract class Watch implements SmartLifecycle {

    private final Logger log = LoggerFactory.getLogger(getClass());
    private final String name;
    private final Duration pause;
    private final String problem;
    private volatile boolean active;
    private volatile boolean stopped;
    private Thread thread = Thread.currentThread();

    /// @param name its thread's
    /// @param pause zero = never look
    /// @param problem what the log says of a look that failed
    protected Watch(String name, Duration pause, String problem) {
        this.name = name;
        this.pause = pause;
        this.problem = problem;
    }

    /// Looks once, on the watch's own thread.
    protected abstract void look();

    /// Whether it was stopped: a stop interrupts the look, which then fails for that.
    protected final boolean stopped() {
        return stopped;
    }

    @Override
    public final void start() {
        if (pause.isPositive()) {
            stopped = false;
            active = true;
            thread = Thread.ofVirtual().name(name).start(this::watch);
        }
    }

    @Override
    public final void stop() {
        stopped = true;
        active = false;
        thread.interrupt();
    }

    @Override
    public final boolean isRunning() {
        return active;
    }

    private void watch() {
        while (active) {
            try {
                look();
            } catch (RuntimeException e) {
                if (!stopped) {
                    log.atWarn().addKeyValue("cause", e.getMessage()).log(problem);
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
