package org.openpks.api.certificate;

import java.time.Duration;
import java.time.Instant;
import org.openpks.osb.InstanceCertificates;

/// A certificate of a cluster.
/// @param name where the Director keeps it, `/DIRECTOR/service-instance_UUID/NAME`
public record ClusterCertificate(String name, InstanceCertificates.Type type, Instant validUntil) {

    /// Whole days until its end; negative after it.
    public long daysLeft(Instant now) {
        return Math.floorDiv(
                Duration.between(now, validUntil).toSeconds(),
                Duration.ofDays(1).toSeconds());
    }
}
