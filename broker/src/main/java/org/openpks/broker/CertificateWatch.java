package org.openpks.broker;

import java.time.Duration;
import org.openpks.broker.instance.Instances;
import org.openpks.component.Watch;

/// Says in the log which instances' certificates end soon: when the broker starts, and from then on at a steady pace.
final class CertificateWatch extends Watch {

    private final Instances instances;
    private final Duration within;

    CertificateWatch(Instances instances, Duration pace, Duration within) {
        super("certificates", pace, "The days that certificates last are not known; the next look comes later");
        this.instances = instances;
        this.within = within;
    }

    @Override
    protected void look() {
        instances.warnOfCertificates(within);
    }
}
