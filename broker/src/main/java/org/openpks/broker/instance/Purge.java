package org.openpks.broker.instance;

import java.util.Optional;
import org.openpks.bosh.CredHub;
import org.openpks.bosh.Director;
import org.openpks.broker.director.DirectorCheck;

/// Removes what a deployment leaves behind: secrets, configs and its address. The record goes last, so that a
/// purge that was cut off is found again.
final class Purge {

    /// Bindings' records are named `DEPLOYMENT.BINDING`.
    static final String BINDINGS = "service-binding";

    private final Director director;
    private final CredHub credhub;
    private final DirectorCheck check;
    private final ApiAddresses addresses;
    private final String serviceId;

    Purge(Director director, CredHub credhub, DirectorCheck check, ApiAddresses addresses, String serviceId) {
        this.director = director;
        this.credhub = credhub;
        this.check = check;
        this.addresses = addresses;
        this.serviceId = serviceId;
    }

    /// Below this name lie the secrets that an adapter gave the broker to keep.
    static String secretsPath(String serviceId, String deployment) {
        return "/odb/%s/%s/".formatted(serviceId, deployment);
    }

    void run(String deployment) {
        credhub.deleteBelow(secretsPath(serviceId, deployment));
        credhub.deleteBelow("/%s/%s/".formatted(check.name(), deployment));
        for (var config : director.configs(Optional.of(BINDINGS), Optional.empty())) {
            if (config.name().startsWith(deployment + ".")) {
                director.deleteConfig(BINDINGS, config.name());
            }
        }
        for (var config : director.configs(Optional.empty(), Optional.of(deployment))) {
            if (config.name().equals(deployment) && !config.type().equals(InstanceRecords.TYPE)) {
                director.deleteConfig(config.type(), deployment);
            }
        }
        addresses.free(deployment);
        director.deleteConfig(InstanceRecords.TYPE, deployment);
    }
}
