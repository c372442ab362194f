package org.openpks.director.deployment.plan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openpks.director.agent.Agent.ApplySpec;
import org.openpks.director.agent.Agent.RenderedJob;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.job.Digests;
import org.openpks.director.deployment.manifest.CloudConfig.DiskType;

/// What one instance shall be, beside what it is.
///
/// @param stored with the addresses that it shall have, and the machine and disk that it has
/// @param disk the persistent disk that it shall have
public record InstancePlan(
        StoredInstance stored,
        boolean isNew,
        Machine machine,
        Optional<DiskType> disk,
        Contents contents,
        Change change) {

    /// How an instance comes from what it is to what it shall be.
    public enum Change {
        NONE,
        /// Only the names of other instances changed; nothing is stopped.
        HOSTS,
        /// Jobs are stopped, replaced and started on the same machine.
        UPDATE,
        /// The machine is replaced.
        RECREATE,
        /// There is no machine yet, or one on which no job was ever started.
        CREATE,
        /// The jobs are stopped; the machine stays.
        STOP,
        /// The machine goes, the disk stays.
        DETACH;

        /// Whether the instance takes a turn in the update of its group.
        public boolean takesTurn() {
            return this != NONE && this != HOSTS;
        }

        public boolean needsMachine() {
            return this == CREATE;
        }
    }

    /// Everything whose change needs a new machine.
    public record Machine(
            String stemcellCid,
            Map<String, Object> cloudProperties,
            Map<String, Cpi.Network> networks,
            Map<String, Object> env) {

        public String fingerprint() {
            var nets = new ArrayList<Object>();
            networks.forEach((name, network) -> nets.add(List.of(
                    name,
                    network.ip(),
                    network.netmask(),
                    network.gateway(),
                    network.dns(),
                    network.defaults(),
                    network.cloudProperties())));
            return Digests.ofValue(List.of(stemcellCid, cloudProperties, nets, env));
        }
    }

    /// @param packages directories by name; packageDigests their fingerprints
    /// @param hosts names by address
    public record Contents(
            Map<String, Path> packages,
            Map<String, String> packageDigests,
            Map<String, RenderedJob> jobs,
            Map<String, List<String>> hosts) {

        public static Contents empty() {
            return new Contents(Map.of(), Map.of(), Map.of(), Map.of());
        }

        /// Of all that needs a restart of the jobs when it changes.
        public String digest(StoredInstance instance, Optional<DiskType> disk) {
            var jobDigests = new LinkedHashMap<String, Object>();
            jobs.forEach((name, job) -> jobDigests.put(name, job.digest()));
            return Digests.ofValue(List.of(
                    jobDigests,
                    new TreeMap<>(packageDigests),
                    instance.az(),
                    instance.index(),
                    disk.map(DiskType::sizeMb).orElse(0)));
        }

        public String hostsDigest() {
            return Digests.ofValue(hosts);
        }

        /// The scripts of `bin/` that at least one job has.
        public List<String> scripts() {
            return List.of("pre-start", "post-start", "post-deploy", "pre-stop", "drain", "post-stop").stream()
                    .filter(script ->
                            jobs.values().stream().anyMatch(job -> job.files().containsKey("bin/" + script)))
                    .toList();
        }
    }

    /// What an operator or the request wants beside the manifest.
    /// @param state started, stopped or detached
    /// @param responsive false when the machine's agent does not answer
    /// @param running what monit says
    public record Wishes(
            String state, boolean recreate, boolean restart, boolean fix, boolean responsive, boolean running) {}

    /// Compares desired with actual.
    public static Change change(
            StoredInstance stored, Machine machine, Optional<DiskType> disk, Contents contents, Wishes wishes) {
        var vm = stored.vm().filter(one -> one.cid().isPresent());
        if (wishes.state().equals("detached")) {
            return stored.vm().isPresent() ? Change.DETACH : Change.NONE;
        }
        if (vm.isEmpty()) {
            return Change.CREATE;
        }
        boolean replaced = !vm.get().fingerprint().equals(machine.fingerprint());
        if (replaced || wishes.recreate() || wishes.fix() && !wishes.responsive()) {
            // On a machine that never ran a job there is nothing to stop, but it is not the one that is wanted.
            return Change.RECREATE;
        }
        if (wishes.state().equals("stopped")) {
            return wishes.running() || !stored.completed() ? Change.STOP : Change.NONE;
        }
        if (vm.get().applied().isEmpty()) {
            return Change.CREATE;
        }
        boolean diskChanged = stored.disk().map(StoredInstance.Disk::sizeMb).orElse(0)
                        != (int) disk.map(DiskType::sizeMb).orElse(0)
                || stored.disk().isPresent()
                        && !stored.disk().get().attachedTo().equals(vm.get().cid());
        if (!stored.completed()
                || wishes.restart()
                || !wishes.running()
                || diskChanged
                || !vm.get().applied().equals(Optional.of(contents.digest(stored, disk)))) {
            return Change.UPDATE;
        }
        return vm.get().hosts().equals(Optional.of(contents.hostsDigest())) ? Change.NONE : Change.HOSTS;
    }

    public ApplySpec applySpec() {
        return new ApplySpec(
                stored.deployment(),
                stored.group(),
                stored.id(),
                stored.index(),
                stored.az(),
                contents.packages(),
                contents.jobs(),
                contents.hosts());
    }

    public InstancePlan withStored(StoredInstance now) {
        return new InstancePlan(now, isNew, machine, disk, contents, change);
    }
}
