package org.openpks.director.deployment.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.Agent.Agents;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.plan.InstancePlan;
import org.openpks.kernel.Fault;

/// Makes and removes machines and disks of instances, and remembers what it did so that a crash at any line leaves
/// nothing unknown.
public final class Machines {

    private final Cpi cpi;
    private final Agents agents;
    private final Instances instances;
    private final String director;
    /// Held shared while a machine is asked for and noted, and alone while machines that nobody noted are looked
    /// for.
    private final ReentrantReadWriteLock creation = new ReentrantReadWriteLock();

    public Machines(Cpi cpi, Agents agents, Instances instances, String director) {
        this.cpi = cpi;
        this.agents = agents;
        this.instances = instances;
        this.director = director;
    }

    public Agent agent(StoredInstance instance) {
        return agents.of(cid(instance));
    }

    /// Whether the instance shall have a machine that runs and has one that does not, or none any more.
    public boolean isDown(StoredInstance instance) {
        return instance.state().equals("started")
                && instance.vm().flatMap(StoredInstance.Vm::cid).isPresent()
                && !agent(instance).machineRuns();
    }

    /// Boots the machine again, with its disks and what lies on them; monit starts its jobs.
    public void reboot(StoredInstance instance) {
        if (!cpi.hasVm(cid(instance))) {
            throw new Fault(
                    DeploymentFault.GENERIC,
                    "The machine of '%s' is gone. Recreate it: bosh -d %s recreate %s/%s --fix"
                            .formatted(instance.label(), instance.deployment(), instance.group(), instance.id()));
        }
        cpi.rebootVm(cid(instance));
    }

    static String cid(StoredInstance instance) {
        return instance.vm()
                .flatMap(StoredInstance.Vm::cid)
                .orElseThrow(() -> new Fault(
                        DeploymentFault.GENERIC, "Instance '%s' has no machine.".formatted(instance.label())));
    }

    /// Forgets machines that no longer exist. Returns the instance as it then is.
    public StoredInstance observe(StoredInstance instance) {
        var vm = instance.vm();
        if (vm.isPresent()
                && vm.get().cid().isPresent()
                && !cpi.hasVm(vm.get().cid().get())) {
            instances.vmGone(vm.get().agentId());
            return reload(instance);
        }
        return instance;
    }

    /// Makes the machine if it is missing and gives it its disk.
    public StoredInstance provide(InstancePlan plan, Map<String, String> tags) {
        var instance = plan.stored();
        if (instance.vm().isPresent() && instance.vm().get().cid().isEmpty()) {
            abandon(instance.vm().get());
            instance = reload(instance);
        }
        if (instance.vm().isEmpty()) {
            var cid = create(plan, instance);
            instance = reload(instance);
            cpi.setVmMetadata(cid, metadata(instance, tags));
        }
        return provideDisk(plan.withStored(instance));
    }

    private String create(InstancePlan plan, StoredInstance instance) {
        var agentId = UUID.randomUUID().toString();
        var machine = plan.machine();
        creation.readLock().lock();
        try {
            // The row stands before the call: a crash in between is found by it.
            instances.vmPlanned(instance.id(), agentId, machine.fingerprint());
            var vm = cpi.createVm(new Cpi.VmRequest(
                    agentId,
                    machine.stemcellCid(),
                    machine.cloudProperties(),
                    machine.networks(),
                    instance.disk().map(disk -> List.of(disk.cid())).orElse(List.of()),
                    machine.env()));
            instances.vmCreated(agentId, vm.cid());
            return vm.cid();
        } finally {
            creation.readLock().unlock();
        }
    }

    /// Tells the cloud what a machine that is there already is called now: tags may have changed.
    public void describe(StoredInstance instance, Map<String, String> tags) {
        instance.vm()
                .flatMap(StoredInstance.Vm::cid)
                .filter(cpi::hasVm)
                .ifPresent(cid -> cpi.setVmMetadata(cid, metadata(instance, tags)));
    }

    private Map<String, String> metadata(StoredInstance instance, Map<String, String> tags) {
        var metadata = new LinkedHashMap<>(tags);
        metadata.put("director", director);
        metadata.put("deployment", instance.deployment());
        metadata.put("instance_group", instance.group());
        metadata.put("job", instance.group());
        metadata.put("id", instance.id());
        metadata.put("name", instance.group() + "/" + instance.id());
        metadata.put("index", String.valueOf(instance.index()));
        instance.vm().ifPresent(vm -> metadata.put("created_at", vm.createdAt().toString()));
        return metadata;
    }

    /// Makes, attaches or retires the persistent disk as the plan says.
    public StoredInstance provideDisk(InstancePlan plan) {
        var instance = plan.stored();
        var wanted = plan.disk();
        if (wanted.isEmpty()) {
            if (instance.disk().isPresent()) {
                retire(instance);
            }
            return reload(instance);
        }
        if (instance.disk().isPresent() && !cpi.hasDisk(instance.disk().get().cid())) {
            throw new Fault(
                    DeploymentFault.GENERIC,
                    "The persistent disk '%s' of '%s' is gone. Delete the instance, or put the disk back."
                            .formatted(instance.disk().get().cid(), instance.label()));
        }
        if (instance.disk().isEmpty()) {
            var cid = cpi.createDisk(wanted.get().sizeMb(), wanted.get().cloudProperties(), Optional.of(cid(instance)));
            // A cancellation interrupts, and an interrupted thread gets no connection: the disk would be forgotten.
            boolean interrupted = Thread.interrupted();
            try {
                instances.diskCreated(
                        instance.id(), cid, wanted.get().sizeMb(), wanted.get().cloudProperties());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            instance = reload(instance);
        }
        var disk = instance.disk().orElseThrow();
        if (!disk.attachedTo().equals(instance.vm().flatMap(StoredInstance.Vm::cid))) {
            cpi.attachDisk(cid(instance), disk.cid());
            instances.diskAttached(disk.cid(), Optional.of(cid(instance)));
        }
        return reload(instance);
    }

    private void retire(StoredInstance instance) {
        var disk = instance.disk().orElseThrow();
        disk.attachedTo().ifPresent(vm -> {
            cpi.detachDisk(vm, disk.cid());
            instances.diskAttached(disk.cid(), Optional.empty());
        });
        instances.diskOrphaned(disk.cid());
    }

    /// Deletes the machine; the disk is taken off before and stays. Twice is harmless.
    public StoredInstance removeMachine(StoredInstance instance) {
        var attached = instance.disk().flatMap(StoredInstance.Disk::attachedTo);
        if (attached.isPresent() && cpi.hasVm(attached.get())) {
            cpi.detachDisk(attached.get(), instance.disk().orElseThrow().cid());
            instances.diskAttached(instance.disk().orElseThrow().cid(), Optional.empty());
        }
        return deleteMachine(instance);
    }

    private StoredInstance deleteMachine(StoredInstance instance) {
        var vm = instance.vm();
        if (vm.isEmpty()) {
            return instance;
        }
        if (vm.get().cid().isEmpty()) {
            abandon(vm.get());
        } else {
            var cid = vm.get().cid().get();
            cpi.deleteVm(cid);
            instances.vmGone(vm.get().agentId());
        }
        return reload(instance);
    }

    /// What a crash while asking for a machine left: the cloud may have made it or not. While nobody else asks for
    /// one, every machine without a row is such a rest.
    private void abandon(StoredInstance.Vm vm) {
        creation.writeLock().lock();
        try {
            var known = instances.vmCids();
            for (var cid : cpi.vms()) {
                if (!known.contains(cid)) {
                    cpi.deleteVm(cid);
                }
            }
            instances.vmGone(vm.agentId());
        } finally {
            creation.writeLock().unlock();
        }
    }

    /// Removes all of the instance. Its disk is kept on the list of orphans, or deleted with it.
    public void removeInstance(StoredInstance instance, boolean deleteDisk) {
        // Processes may still use the disk: it comes free with the machine's end, not before.
        var now = deleteMachine(instance);
        if (now.disk().isPresent()) {
            var disk = now.disk().get();
            instances.diskOrphaned(disk.cid());
            if (deleteDisk) {
                deleteOrphan(disk.cid());
            }
        }
        instances.remove(now.id());
    }

    public void deleteOrphan(String diskCid) {
        cpi.deleteDisk(diskCid);
        instances.orphanGone(diskCid);
    }

    StoredInstance reload(StoredInstance instance) {
        return instances
                .find(instance.id())
                .orElseThrow(() -> new Fault(
                        DeploymentFault.UNKNOWN_INSTANCE, "Instance '%s' is gone.".formatted(instance.label())));
    }
}
