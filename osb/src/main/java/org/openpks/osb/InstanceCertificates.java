package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The certificates of an instance: `GET /v2/service_instances/ID/certificates`. An extension of ours; a broker without
/// it answers 404.
public record InstanceCertificates(List<Certificate> certificates) {

    public InstanceCertificates {
        certificates = Wire.list(certificates);
    }

    /// A certificate that is in use, or trusted. An authority that changes has two entries of one name.
    /// @param name where it is kept
    @JsonNaming(SnakeCaseStrategy.class)
    public record Certificate(String name, Type type, Instant validUntil) {}

    public enum Type {
        /// An authority.
        @JsonProperty("Root")
        ROOT,
        @JsonProperty("Leaf")
        LEAF
    }
}
