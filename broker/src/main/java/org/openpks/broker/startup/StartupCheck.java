package org.openpks.broker.startup;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.openpks.bosh.BoshFault;
import org.openpks.bosh.Director;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.Instances;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the start whether broker, Director and instances fit together. A Director that does not answer is no
/// reason not to start: the broker works as soon as there is one. Anything else is, and all of it is said at once.
public final class StartupCheck {

    private static final Logger log = LoggerFactory.getLogger(StartupCheck.class);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Director director;
    private final DirectorCheck check;
    private final Instances instances;
    private final OdbConfig.Service service;
    private final InstantSource clock;
    private final Duration patience;

    /// @param patience how long a mistake may last: a Director that starts together with the broker has no cloud
    ///     config at first, or an older one
    public StartupCheck(
            Director director,
            DirectorCheck check,
            Instances instances,
            OdbConfig.Service service,
            InstantSource clock,
            Duration patience) {
        this.director = director;
        this.check = check;
        this.instances = instances;
        this.service = service;
        this.clock = clock;
        this.patience = patience;
    }

    /// Returns when the broker may serve.
    /// @throws Fault [BrokerFault#MISCONFIGURED] with every mistake in its message
    public void run() {
        var giveUp = clock.instant().plus(patience);
        while (true) {
            boolean last = clock.instant().isAfter(giveUp);
            try {
                var mistakes = mistakes();
                if (mistakes.isEmpty()) {
                    log.atInfo().addKeyValue("director", check.name()).log("The Director can be used");
                    return;
                }
                if (last) {
                    throw new Fault(BrokerFault.MISCONFIGURED, "The broker cannot start:" + joined(mistakes));
                }
            } catch (Fault e) {
                if (e.code() != BoshFault.UNREACHABLE && e.code() != BoshFault.FAILED) {
                    throw e;
                }
                if (last) {
                    log.atWarn()
                            .addKeyValue("cause", e.userMessage())
                            .addKeyValue("detail", e.detail())
                            .log("The Director cannot be used yet");
                    return;
                }
            }
            if (!pause()) {
                return;
            }
        }
    }

    private static String joined(List<String> mistakes) {
        return mistakes.size() == 1 ? " " + mistakes.getFirst() : "\n  " + String.join("\n  ", mistakes);
    }

    /// @throws Fault when the Director does not answer
    private List<String> mistakes() {
        var mistakes = new ArrayList<String>();
        try {
            check.usable();
            mistakes.addAll(missingPlans());
            mistakes.addAll(missingNames());
        } catch (Fault e) {
            if (e.code() != BrokerFault.MISCONFIGURED && e.code() != BoshFault.UNAUTHORISED) {
                throw e;
            }
            mistakes.add(e.userMessage());
        }
        return mistakes;
    }

    /// Instances of a plan that is offered no longer could be neither changed nor upgraded.
    private List<String> missingPlans() {
        var offered = service.plans().stream().map(OfferedPlan::id).toList();
        var missing = new TreeMap<String, Integer>();
        for (var instance : instances.list()) {
            if (!offered.contains(instance.planId())) {
                missing.merge(instance.planId(), 1, Integer::sum);
            }
        }
        return missing.entrySet().stream()
                .map(plan ->
                        "plan %s was expected but is now missing: %d %s it. Put it back, or delete what has it first."
                                .formatted(
                                        plan.getKey(),
                                        plan.getValue(),
                                        plan.getValue() == 1 ? "instance has" : "instances have"))
                .toList();
    }

    private List<String> missingNames() {
        var names = CloudNames.of(director);
        if (names.isEmpty()) {
            return List.of("The Director has no cloud config. Upload one with 'bosh update-cloud-config'.");
        }
        var mistakes = new ArrayList<String>();
        for (int i = 0; i < service.plans().size(); i++) {
            var path = "service_catalog.plans[%d].".formatted(i);
            mistakes.addAll(missingNames(path, service.plans().get(i), names.get()));
        }
        return mistakes;
    }

    private static List<String> missingNames(String path, OfferedPlan offered, CloudNames names) {
        var mistakes = new ArrayList<String>();
        var plan = offered.plan();
        for (int i = 0; i < plan.instanceGroups().size(); i++) {
            var group = plan.instanceGroups().get(i);
            var place = "%sinstance_groups[%d].".formatted(path, i);
            need(mistakes, place + "vm_type", names, CloudNames.VM_TYPES, "VM type", List.of(group.vmType()));
            need(
                    mistakes,
                    place + "persistent_disk_type",
                    names,
                    CloudNames.DISK_TYPES,
                    "disk type",
                    group.persistentDiskType().stream().toList());
            need(mistakes, place + "azs", names, CloudNames.AZS, "availability zone", group.azs());
            need(mistakes, place + "networks", names, CloudNames.NETWORKS, "network", group.networks());
            need(
                    mistakes,
                    place + "vm_extensions",
                    names,
                    CloudNames.VM_EXTENSIONS,
                    "VM extension",
                    group.vmExtensions());
        }
        if (plan.properties().get("errand_vm_type") instanceof String type) {
            need(mistakes, path + "properties.errand_vm_type", names, CloudNames.VM_TYPES, "VM type", List.of(type));
        }
        return mistakes;
    }

    private static void need(
            List<String> mistakes, String path, CloudNames names, String kind, String what, List<String> wanted) {
        wanted.forEach(
                name -> names.refusal(kind, what, name).ifPresent(why -> mistakes.add("%s: %s".formatted(path, why))));
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
