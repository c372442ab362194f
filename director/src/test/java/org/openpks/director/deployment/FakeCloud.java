package org.openpks.director.deployment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.Agent.Agents;
import org.openpks.director.cpi.Cpi;

/// Machines in memory: what a cloud and the agents in it do, and a record of what they were asked.
final class FakeCloud implements Cpi, Agents {

    static final class Machine {
        final String cid;
        final VmRequest request;
        Optional<Agent.ApplySpec> applied = Optional.empty();
        boolean running;
        Optional<String> disk = Optional.empty();
        int starts;

        Machine(String cid, VmRequest request) {
            this.cid = cid;
            this.request = request;
        }
    }

    final Map<String, Machine> machines = new TreeMap<>();
    final Map<String, Map<String, String>> metadata = new HashMap<>();
    final Set<String> disks = new TreeSet<>();
    final List<String> log = new ArrayList<>();
    /// Groups whose jobs never come to run.
    final Set<String> failing = new TreeSet<>();
    final Set<String> unresponsive = new TreeSet<>();
    /// What happens while an agent starts its jobs.
    Runnable duringStart = () -> {};
    private final AtomicInteger numbers = new AtomicInteger();

    private synchronized void note(String line) {
        log.add(line);
    }

    @Override
    public String createStemcell(Path image, Map<String, Object> cloudProperties) {
        return "stemcell";
    }

    @Override
    public void deleteStemcell(String stemcellCid) {}

    @Override
    public synchronized Vm createVm(VmRequest request) {
        request.networks().values().forEach(network -> {
            for (var machine : machines.values()) {
                if (machine.request.networks().values().stream()
                        .anyMatch(other -> other.ip().equals(network.ip()))) {
                    throw new IllegalStateException("two machines with address " + network.ip());
                }
            }
        });
        var machine = new Machine("vm-" + numbers.incrementAndGet(), request);
        machines.put(machine.cid, machine);
        note("create " + machine.cid);
        return new Vm(machine.cid, request.networks());
    }

    @Override
    public synchronized void deleteVm(String vmCid) {
        machines.remove(vmCid);
        note("delete " + vmCid);
    }

    @Override
    public synchronized boolean hasVm(String vmCid) {
        return machines.containsKey(vmCid);
    }

    @Override
    public synchronized void rebootVm(String vmCid) {
        unresponsive.remove(vmCid);
        note("reboot " + vmCid);
    }

    @Override
    public synchronized void setVmMetadata(String vmCid, Map<String, String> metadata) {
        this.metadata.put(vmCid, metadata);
    }

    @Override
    public synchronized String createDisk(int sizeMb, Map<String, Object> cloudProperties, Optional<String> vmCid) {
        var cid = "disk-" + numbers.incrementAndGet();
        disks.add(cid);
        return cid;
    }

    @Override
    public synchronized void deleteDisk(String diskCid) {
        if (machines.values().stream().anyMatch(machine -> machine.disk.equals(Optional.of(diskCid)))) {
            throw new IllegalStateException("disk is attached");
        }
        disks.remove(diskCid);
    }

    @Override
    public synchronized boolean hasDisk(String diskCid) {
        return disks.contains(diskCid);
    }

    @Override
    public synchronized void attachDisk(String vmCid, String diskCid) {
        machines.get(vmCid).disk = Optional.of(diskCid);
        note("attach " + diskCid + " to " + vmCid);
    }

    @Override
    public synchronized void detachDisk(String vmCid, String diskCid) {
        if (machines.containsKey(vmCid)) {
            machines.get(vmCid).disk = Optional.empty();
        }
    }

    @Override
    public synchronized List<String> vms() {
        return List.copyOf(machines.keySet());
    }

    synchronized List<Machine> ofGroup(String group) {
        return machines.values().stream()
                .filter(machine -> machine.applied
                        .filter(spec -> spec.group().equals(group))
                        .isPresent())
                .toList();
    }

    @Override
    public Agent of(String vmCid) {
        return new FakeAgent(vmCid);
    }

    private final class FakeAgent implements Agent {
        private final String cid;

        FakeAgent(String cid) {
            this.cid = cid;
        }

        private Machine machine() {
            synchronized (FakeCloud.this) {
                var machine = machines.get(cid);
                if (machine == null) {
                    throw new IllegalStateException("no machine " + cid);
                }
                return machine;
            }
        }

        private String name() {
            return machine()
                    .applied
                    .map(spec -> spec.group() + "/" + spec.index())
                    .orElse(cid);
        }

        @Override
        public void apply(ApplySpec spec) {
            machine().applied = Optional.of(spec);
            note("apply " + name());
        }

        @Override
        public void runScript(String name, Map<String, String> env) {
            note(name + " " + name()
                    + (env.isEmpty()
                            ? ""
                            : " " + env.get("BOSH_VM_NEXT_STATE") + "," + env.get("BOSH_INSTANCE_NEXT_STATE") + ","
                                    + env.get("BOSH_DEPLOYMENT_NEXT_STATE")));
        }

        @Override
        public void drain(String kind, Map<String, String> env) {
            note("drain " + name() + " " + kind + " " + env.get("BOSH_JOB_NEXT_STATE"));
        }

        @Override
        public void start() {
            duringStart.run();
            var machine = machine();
            machine.running = true;
            machine.starts++;
            note("start " + name());
        }

        @Override
        public void stop() {
            machine().running = false;
            note("stop " + name());
        }

        @Override
        public boolean machineRuns() {
            synchronized (FakeCloud.this) {
                return machines.containsKey(cid) && !unresponsive.contains(cid);
            }
        }

        @Override
        public State state() {
            synchronized (FakeCloud.this) {
                var machine = machines.get(cid);
                if (machine == null || unresponsive.contains(cid)) {
                    return new State("unresponsive agent", List.of(), Map.of());
                }
                if (!machine.running) {
                    return new State("stopped", List.of(), Map.of());
                }
                if (machine.applied
                        .filter(spec -> failing.contains(spec.group()))
                        .isPresent()) {
                    return new State("failing", List.of(new Process("server", "does not exist", 0, 0, 0, 0)), Map.of());
                }
                return new State("running", List.of(new Process("server", "running", 1, 1, 0, 0)), Map.of());
            }
        }

        @Override
        public ErrandResult runErrand(String job, Duration timeout) {
            note("errand " + job + " " + name());
            return new ErrandResult(0, "done by " + job, "");
        }

        @Override
        public ErrandResult exec(List<String> command, Duration timeout) {
            return new ErrandResult(0, "", "");
        }

        @Override
        public String logTail(String job, int lines) {
            return job + " could not bind; password is top-secret-password";
        }

        @Override
        public Path fetchLogs(Path into) {
            return into;
        }
    }
}
