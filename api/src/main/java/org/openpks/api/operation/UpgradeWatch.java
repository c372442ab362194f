package org.openpks.api.operation;

import org.jspecify.annotations.Nullable;
import org.openpks.api.ApiSettings;
import org.openpks.api.broker.ClusterBroker;
import org.openpks.api.cluster.OperationProgress;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Notices upgrades that an operator starts at the broker, past this API. Only clusters that are behind can be
/// upgraded, so only they are looked at.
@Component
final class UpgradeWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(UpgradeWatch.class);

    private final OperationProgress progress;
    private final ClusterBroker broker;
    private final ApiSettings settings;
    private volatile @Nullable Thread thread;

    UpgradeWatch(OperationProgress progress, ClusterBroker broker, ApiSettings settings) {
        this.progress = progress;
        this.broker = broker;
        this.settings = settings;
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("upgrade-watch").start(this::watch);
    }

    @Override
    public void stop() {
        var running = thread;
        if (running != null) {
            running.interrupt();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(settings.upgradeWatch());
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            for (var cluster : progress.uncertain()) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                try {
                    broker.facts(cluster).software().ifPresent(software -> progress.found(cluster.id(), software));
                } catch (Fault fault) {
                    if (fault.code() != OsbFault.CONCURRENCY) {
                        throw fault;
                    }
                    // It is being changed; the next look tells.
                }
            }
        } catch (RuntimeException e) {
            log.atDebug().addKeyValue("cause", e.getMessage()).log("Cannot look for upgrades; the next look tells");
        }
    }
}
