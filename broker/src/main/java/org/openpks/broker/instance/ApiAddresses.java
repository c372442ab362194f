package org.openpks.broker.instance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openpks.adapter.AddressPool;
import org.openpks.adapter.MasterCount;
import org.openpks.adapter.Plan;
import org.openpks.bosh.BoshFault;
import org.openpks.bosh.Config;
import org.openpks.bosh.Director;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// Who has which address of the plan's pool. A claim is a BOSH config of the type `api-address`, named after the
/// address. It is written only where there is none, so of two brokers one gets the address; of two claims of one
/// deployment the older counts.
///
/// A claim is made before the instance's record. What is cut off in between is found again when the request is
/// repeated or the instance deleted, and given to somebody else when the pool is used up and nothing else is known of
/// the deployment.
final class ApiAddresses {

    private static final Logger log = LoggerFactory.getLogger(ApiAddresses.class);

    private static final String TYPE = "api-address";
    private static final String NO_VERSION = "0";
    private static final String HOST = "kubernetes_master_host";

    /// Longer than a request takes from its claim to its record.
    private static final Duration YOUNG = Duration.ofMinutes(10);

    private final Director director;
    private final InstanceRecords records;
    private final InstantSource clock;

    ApiAddresses(Director director, InstanceRecords records, InstantSource clock) {
        this.director = director;
        this.records = records;
        this.clock = clock;
    }

    /// @param version of the config, which grows with every write
    private record Claim(String address, String version, String deployment, Instant since) {}

    private record Content(String deployment, String since) {}

    /// The address that a deployment has.
    Optional<String> of(String deployment) {
        return claims().stream()
                .filter(claim -> claim.deployment().equals(deployment))
                .min(Comparator.comparingLong(claim -> Long.parseLong(claim.version())))
                .map(Claim::address);
    }

    /// The address of a deployment, claimed now unless it has one. Empty when the cluster has one master or no pool.
    /// @param parameters those that say how many masters it has
    /// @param host the external host name that is asked for; one that is an address of the pool is the one to get
    /// @throws Fault when none is free or the wanted one is not to be had; nothing was claimed then
    Optional<String> claim(String deployment, Plan plan, Map<String, Object> parameters, Optional<Object> host) {
        var pool = AddressPool.of(plan);
        var wanted = host.map(name -> String.valueOf(name).strip()).filter(pool::contains);
        if (masters(plan, parameters) < 2 || pool.isEmpty()) {
            wanted.ifPresent(address -> {
                throw new Fault(
                        BrokerFault.PARAMETERS_INVALID,
                        "%s: %s is kept for clusters with several masters; give a name or an address of your own."
                                .formatted(HOST, address));
            });
            return Optional.empty();
        }
        var had = of(deployment);
        if (had.isPresent()) {
            return had;
        }
        var taken = claims().stream().collect(Collectors.toMap(Claim::address, Function.identity()));
        if (wanted.isPresent()) {
            take(wanted.get(), deployment, Optional.ofNullable(taken.get(wanted.get())));
        } else {
            takeAny(pool, deployment, taken);
        }
        return settled(deployment);
    }

    private static int masters(Plan plan, Map<String, Object> parameters) {
        try {
            return MasterCount.of(plan, parameters);
        } catch (Fault e) {
            throw Refusals.ofAdapter(e);
        }
    }

    private void takeAny(AddressPool pool, String deployment, Map<String, Claim> taken) {
        boolean done = pool.addresses()
                        .filter(address -> !taken.containsKey(address))
                        .anyMatch(address -> write(address, deployment, NO_VERSION))
                || pool.addresses()
                        .map(taken::get)
                        .filter(claim -> claim != null && isAbandoned(claim))
                        .anyMatch(claim -> write(claim.address(), deployment, claim.version()));
        if (!done) {
            throw new Fault(
                    BrokerFault.QUOTA_EXCEEDED,
                    "No address is free for another cluster with several masters. Delete one, choose a plan with one master, or have the operator enlarge network.api_addresses.");
        }
    }

    private void take(String address, String deployment, Optional<Claim> before) {
        var version = before.isEmpty()
                ? Optional.of(NO_VERSION)
                : before.filter(this::isAbandoned).map(Claim::version);
        if (version.filter(expected -> write(address, deployment, expected)).isEmpty()) {
            throw new Fault(
                    BrokerFault.INSTANCE_CONFLICT,
                    "%s: the address %s is another cluster's. Give another one, or a name.".formatted(HOST, address));
        }
    }

    /// After the claim was written: another broker may have claimed for the same deployment before.
    private Optional<String> settled(String deployment) {
        var address = of(deployment);
        claims().stream()
                .filter(claim -> claim.deployment().equals(deployment))
                .filter(claim -> !address.equals(Optional.of(claim.address())))
                .forEach(claim -> director.deleteConfig(TYPE, claim.address()));
        return address;
    }

    /// Gives back whatever a deployment has.
    void free(String deployment) {
        claims().stream()
                .filter(claim -> claim.deployment().equals(deployment))
                .forEach(claim -> director.deleteConfig(TYPE, claim.address()));
    }

    /// Whether it is known of nobody: the request that made it never came to its record and was not repeated.
    private boolean isAbandoned(Claim claim) {
        boolean abandoned = claim.since().plus(YOUNG).isBefore(clock.instant())
                && records.find(claim.deployment()).isEmpty()
                && director.deployment(claim.deployment()).isEmpty();
        if (abandoned) {
            log.atWarn()
                    .addKeyValue("address", claim.address())
                    .addKeyValue("deployment", claim.deployment())
                    .log("Taking an address back that was claimed for a deployment that never came to be");
        }
        return abandoned;
    }

    /// @param expected the version that it replaces
    /// @return false when somebody else was faster
    private boolean write(String address, String deployment, String expected) {
        var content = OsbJson.MAPPER.writeValueAsString(
                new Content(deployment, clock.instant().toString()));
        try {
            director.putConfig(TYPE, address, content, Optional.of(expected));
            return true;
        } catch (Fault e) {
            if (e.code() != BoshFault.STALE) {
                throw e;
            }
            return false;
        }
    }

    private List<Claim> claims() {
        return director.configs(Optional.of(TYPE), Optional.empty()).stream()
                .map(ApiAddresses::read)
                .toList();
    }

    private static Claim read(Config config) {
        try {
            var content = OsbJson.MAPPER.readValue(config.content(), Content.class);
            return new Claim(config.name(), config.id(), content.deployment(), Instant.parse(content.since()));
        } catch (JacksonException e) {
            throw new Fault(
                    BrokerFault.MISCONFIGURED,
                    "The broker's record of the address %s cannot be read. Please contact your operator."
                            .formatted(config.name()),
                    "config=%s/%s id=%s".formatted(config.type(), config.name(), config.id()));
        }
    }
}
