package org.openpks.broker.instance;

import java.util.List;
import java.util.Optional;
import org.openpks.bosh.BoshFault;
import org.openpks.bosh.Config;
import org.openpks.bosh.Director;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbJson;
import tools.jackson.core.JacksonException;

/// The records of all instances, as BOSH configs of the type `service-instance` named after the deployment. Every
/// write names the version that it replaces, so that of two brokers only one succeeds.
final class InstanceRecords {

    static final String TYPE = "service-instance";

    /// The version that stands for no record.
    private static final String NONE = "0";

    private final Director director;

    InstanceRecords(Director director) {
        this.director = director;
    }

    record Stored(InstanceRecord value, String version) {}

    Optional<Stored> find(String deployment) {
        return director.config(TYPE, deployment).map(InstanceRecords::read);
    }

    List<InstanceRecord> all() {
        return director.configs(Optional.of(TYPE), Optional.empty()).stream()
                .map(config -> read(config).value())
                .toList();
    }

    Stored add(String deployment, InstanceRecord value) {
        return write(deployment, value, NONE);
    }

    Stored replace(String deployment, Stored before, InstanceRecord value) {
        return write(deployment, value, before.version());
    }

    void remove(String deployment) {
        director.deleteConfig(TYPE, deployment);
    }

    private Stored write(String deployment, InstanceRecord value, String before) {
        var content = OsbJson.MAPPER.writeValueAsString(value);
        try {
            return new Stored(
                    value,
                    director.putConfig(TYPE, deployment, content, Optional.of(before))
                            .id());
        } catch (Fault e) {
            if (e.code() != BoshFault.STALE && e.code() != BoshFault.UNREACHABLE && e.code() != BoshFault.FAILED) {
                throw e;
            }
            // The answer may be lost while the write was done; then the newest version is ours.
            var now = director.config(TYPE, deployment);
            if (now.isPresent() && now.get().content().equals(content)) {
                return new Stored(value, now.get().id());
            }
            if (e.code() == BoshFault.UNREACHABLE
                    && now.map(Config::id).orElse(NONE).equals(before)) {
                // It never arrived, and the version still guards it.
                return new Stored(
                        value,
                        director.putConfig(TYPE, deployment, content, Optional.of(before))
                                .id());
            }
            throw e.code() == BoshFault.STALE
                    ? new Fault(BrokerFault.CONCURRENCY, Refusals.BUSY, "deployment=" + deployment, e)
                    : e;
        }
    }

    private static Stored read(Config config) {
        try {
            return new Stored(OsbJson.MAPPER.readValue(config.content(), InstanceRecord.class), config.id());
        } catch (JacksonException e) {
            throw new Fault(
                    BrokerFault.MISCONFIGURED,
                    "The broker's record of this instance cannot be read. Please contact your operator.",
                    "config=%s/%s id=%s".formatted(config.type(), config.name(), config.id()));
        }
    }
}
