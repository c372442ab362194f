package org.openpks.director;

import java.time.Duration;
import org.openpks.component.Watch;
import org.openpks.director.cpi.container.ContainerCpi;

/// Looks after the load balancers of this machine, from the start on: every cluster with several masters is reached
/// through one.
final class BalancerWatch extends Watch {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ContainerCpi cpi;

    BalancerWatch(ContainerCpi cpi) {
        super("balancer-watch", INTERVAL, "Could not look after load balancers");
        this.cpi = cpi;
    }

    @Override
    protected void look() {
        cpi.tendBalancers();
    }
}
