package org.openpks.director.deployment.instance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openpks.director.deployment.instance.StoredInstance.Address;
import org.openpks.director.deployment.instance.StoredInstance.Disk;
import org.openpks.director.deployment.instance.StoredInstance.Vm;

/// Instances in memory, under the same contract as those in the database.
public final class InMemoryInstances implements Instances {

    private final Map<String, StoredInstance> rows = new LinkedHashMap<>();
    private final List<OrphanDisk> orphans = new ArrayList<>();

    @Override
    public synchronized List<StoredInstance> of(String deployment) {
        return rows.values().stream()
                .filter(one -> one.deployment().equals(deployment))
                .sorted(Comparator.comparing(StoredInstance::group).thenComparing(StoredInstance::index))
                .toList();
    }

    @Override
    public synchronized Optional<StoredInstance> find(String id) {
        return Optional.ofNullable(rows.get(id));
    }

    @Override
    public synchronized void save(StoredInstance instance) {
        var before = rows.get(instance.id());
        boolean taken = rows.values().stream()
                .anyMatch(one -> !one.id().equals(instance.id())
                        && one.deployment().equals(instance.deployment())
                        && one.group().equals(instance.group())
                        && one.index() == instance.index());
        if (taken) {
            throw new IllegalStateException("index is taken: " + instance.label());
        }
        rows.put(
                instance.id(),
                with(
                        instance,
                        before == null ? List.of() : before.addresses(),
                        before == null ? Optional.empty() : before.vm(),
                        before == null ? Optional.empty() : before.disk()));
    }

    private static StoredInstance with(
            StoredInstance one, List<Address> addresses, Optional<Vm> vm, Optional<Disk> disk) {
        return with(one, one.state(), one.completed(), addresses, vm, disk);
    }

    private static StoredInstance with(
            StoredInstance one,
            String state,
            boolean completed,
            List<Address> addresses,
            Optional<Vm> vm,
            Optional<Disk> disk) {
        return new StoredInstance(
                one.id(),
                one.deployment(),
                one.group(),
                one.index(),
                one.az(),
                one.bootstrap(),
                one.errand(),
                state,
                completed,
                one.vmType(),
                one.cloudProperties(),
                addresses,
                vm,
                disk);
    }

    private void setVm(StoredInstance one, Optional<Vm> vm) {
        rows.put(one.id(), with(one, one.addresses(), vm, one.disk()));
    }

    private void setDisk(StoredInstance one, Optional<Disk> disk) {
        rows.put(one.id(), with(one, one.addresses(), one.vm(), disk));
    }

    private StoredInstance byAgent(String agentId) {
        return rows.values().stream()
                .filter(one ->
                        one.vm().filter(vm -> vm.agentId().equals(agentId)).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private Optional<StoredInstance> byDisk(String cid) {
        return rows.values().stream()
                .filter(one -> one.disk().filter(disk -> disk.cid().equals(cid)).isPresent())
                .findFirst();
    }

    @Override
    public synchronized void setState(String id, String state) {
        var one = rows.get(id);
        rows.put(id, with(one, state, one.completed(), one.addresses(), one.vm(), one.disk()));
    }

    @Override
    public synchronized void setCompleted(String id, boolean completed) {
        var one = rows.get(id);
        rows.put(id, with(one, one.state(), completed, one.addresses(), one.vm(), one.disk()));
    }

    @Override
    public synchronized void remove(String id) {
        var one = rows.get(id);
        if (one != null && (one.vm().isPresent() || one.disk().isPresent())) {
            throw new IllegalStateException("machine or disk is still there: " + one.label());
        }
        rows.remove(id);
    }

    @Override
    public synchronized Set<String> addresses() {
        var result = new HashSet<String>();
        rows.values().forEach(one -> one.addresses().forEach(address -> result.add(address.ip())));
        return result;
    }

    @Override
    public synchronized boolean claim(String instance, Address address) {
        if (addresses().contains(address.ip())) {
            return false;
        }
        var one = rows.get(instance);
        var addresses = new ArrayList<>(one.addresses());
        addresses.add(address);
        rows.put(instance, with(one, List.copyOf(addresses), one.vm(), one.disk()));
        return true;
    }

    @Override
    public synchronized void release(String instance, String ip) {
        var one = rows.get(instance);
        rows.put(
                instance,
                with(
                        one,
                        one.addresses().stream()
                                .filter(address -> !address.ip().equals(ip))
                                .toList(),
                        one.vm(),
                        one.disk()));
    }

    @Override
    public synchronized void vmPlanned(String instance, String agentId, String fingerprint) {
        var one = rows.get(instance);
        if (one.vm().isPresent()) {
            throw new IllegalStateException("there is a machine already: " + one.label());
        }
        setVm(
                one,
                Optional.of(new Vm(
                        agentId,
                        Optional.empty(),
                        fingerprint,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Instant.EPOCH)));
    }

    @Override
    public synchronized void vmCreated(String agentId, String cid) {
        var one = byAgent(agentId);
        var vm = one.vm().orElseThrow();
        setVm(
                one,
                Optional.of(new Vm(
                        agentId,
                        Optional.of(cid),
                        vm.fingerprint(),
                        vm.applied(),
                        vm.hosts(),
                        vm.scripts(),
                        vm.createdAt())));
    }

    @Override
    public synchronized void vmApplied(
            String agentId, Optional<String> applied, Optional<String> hosts, List<String> scripts) {
        var one = byAgent(agentId);
        var vm = one.vm().orElseThrow();
        setVm(one, Optional.of(new Vm(agentId, vm.cid(), vm.fingerprint(), applied, hosts, scripts, vm.createdAt())));
    }

    @Override
    public synchronized void vmGone(String agentId) {
        var one = byAgent(agentId);
        var cid = one.vm().orElseThrow().cid();
        setVm(one, Optional.empty());
        var now = rows.get(one.id());
        now.disk()
                .filter(disk ->
                        disk.attachedTo().isPresent() && disk.attachedTo().equals(cid))
                .ifPresent(disk -> setDisk(
                        now,
                        Optional.of(new Disk(disk.cid(), disk.sizeMb(), disk.cloudProperties(), Optional.empty()))));
    }

    @Override
    public synchronized Set<String> vmCids() {
        var result = new HashSet<String>();
        rows.values().forEach(one -> one.vm().flatMap(Vm::cid).ifPresent(result::add));
        return result;
    }

    @Override
    public synchronized void diskCreated(String instance, String cid, int sizeMb, Map<String, Object> cloudProperties) {
        setDisk(rows.get(instance), Optional.of(new Disk(cid, sizeMb, cloudProperties, Optional.empty())));
    }

    @Override
    public synchronized void diskAttached(String cid, Optional<String> vmCid) {
        byDisk(cid).ifPresent(one -> {
            var disk = one.disk().orElseThrow();
            setDisk(one, Optional.of(new Disk(cid, disk.sizeMb(), disk.cloudProperties(), vmCid)));
        });
    }

    @Override
    public synchronized void diskOrphaned(String cid) {
        byDisk(cid).ifPresent(one -> {
            var disk = one.disk().orElseThrow();
            orphans.add(new OrphanDisk(
                    cid,
                    disk.sizeMb(),
                    one.az(),
                    one.deployment(),
                    one.group() + "/" + one.id(),
                    disk.cloudProperties(),
                    0));
            setDisk(one, Optional.empty());
        });
    }

    @Override
    public synchronized List<OrphanDisk> orphanDisks() {
        return List.copyOf(orphans);
    }

    @Override
    public synchronized void orphanGone(String cid) {
        orphans.removeIf(orphan -> orphan.cid().equals(cid));
    }
}
