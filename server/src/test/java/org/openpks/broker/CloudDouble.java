package org.openpks.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.AgentFaultCode;
import org.openpks.director.cpi.Cpi;
import org.openpks.kernel.Fault;

/// Machines in memory that come up, change and go only when they are let go.
final class CloudDouble implements Cpi, Agent.Agents {

    private static final long LOOK_AGAIN = 5_000_000;

    private final Map<String, Machine> machines = new TreeMap<>();
    private final Set<String> disks = new TreeSet<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile boolean held = true;
    private volatile boolean failing;
    private volatile boolean closed;

    private static final class Machine {
        private final VmRequest request;
        private boolean running;
        private String deployment = "";

        Machine(VmRequest request) {
            this.request = request;
        }
    }

    void held(boolean on) {
        held = on;
    }

    void failing(boolean on) {
        failing = on;
    }

    /// Whether a machine of a deployment with this in its name was started.
    synchronized boolean starts(String name) {
        return machines.values().stream().anyMatch(machine -> machine.running && machine.deployment.contains(name));
    }

    /// Nothing waits any more.
    void close() {
        closed = true;
        held = false;
    }

    private void pass() {
        while (held && !closed) {
            LockSupport.parkNanos(LOOK_AGAIN);
            if (Thread.currentThread().isInterrupted()) {
                throw noCapacity();
            }
        }
        if (failing) {
            throw noCapacity();
        }
    }

    private static Fault noCapacity() {
        return new Fault(AgentFaultCode.SCRIPT_FAILED, "no capacity left");
    }

    // ---- cloud

    @Override
    public String createStemcell(Path image, Map<String, Object> cloudProperties) {
        return "stemcell-" + numbers.incrementAndGet();
    }

    @Override
    public void deleteStemcell(String stemcellCid) {}

    @Override
    public synchronized Vm createVm(VmRequest request) {
        var cid = "vm-" + numbers.incrementAndGet();
        machines.put(cid, new Machine(request));
        return new Vm(cid, request.networks());
    }

    @Override
    public void deleteVm(String vmCid) {
        pass();
        synchronized (this) {
            machines.remove(vmCid);
        }
    }

    @Override
    public synchronized boolean hasVm(String vmCid) {
        return machines.containsKey(vmCid);
    }

    @Override
    public void rebootVm(String vmCid) {}

    @Override
    public synchronized void setVmMetadata(String vmCid, Map<String, String> metadata) {
        Optional.ofNullable(machines.get(vmCid)).ifPresent(machine -> machine.deployment = metadata.get("deployment"));
    }

    @Override
    public synchronized String createDisk(int sizeMb, Map<String, Object> cloudProperties, Optional<String> vmCid) {
        var cid = "disk-" + numbers.incrementAndGet();
        disks.add(cid);
        return cid;
    }

    @Override
    public synchronized void deleteDisk(String diskCid) {
        disks.remove(diskCid);
    }

    @Override
    public synchronized boolean hasDisk(String diskCid) {
        return disks.contains(diskCid);
    }

    @Override
    public void attachDisk(String vmCid, String diskCid) {}

    @Override
    public void detachDisk(String vmCid, String diskCid) {}

    @Override
    public synchronized List<String> vms() {
        return List.copyOf(machines.keySet());
    }

    // ---- agents

    @Override
    public Agent of(String vmCid) {
        return new AgentDouble(vmCid);
    }

    private final class AgentDouble implements Agent {
        private final String cid;

        AgentDouble(String cid) {
            this.cid = cid;
        }

        private void running(boolean on) {
            synchronized (CloudDouble.this) {
                var machine = machines.get(cid);
                if (machine != null) {
                    machine.running = on;
                }
            }
        }

        @Override
        public boolean machineRuns() {
            return hasVm(cid);
        }

        @Override
        public void apply(ApplySpec spec) {}

        @Override
        public void runScript(String name, Map<String, String> env) {}

        @Override
        public void drain(String kind, Map<String, String> env) {}

        @Override
        public void start() {
            running(true);
        }

        @Override
        public void stop() {
            pass();
            running(false);
        }

        /// A machine that is held back keeps starting, so that its task can be cancelled meanwhile.
        @Override
        public State state() {
            synchronized (CloudDouble.this) {
                var machine = machines.get(cid);
                if (machine == null) {
                    return new State("unresponsive agent", List.of(), Map.of());
                }
                if (!machine.running) {
                    return new State("stopped", List.of(), Map.of());
                }
            }
            if (held) {
                return new State("starting", List.of(new Process("server", "starting", 0, 0, 0, 0)), Map.of());
            }
            if (failing) {
                throw noCapacity();
            }
            return new State("running", List.of(new Process("server", "running", 1, 1, 0, 0)), Map.of());
        }

        @Override
        public ErrandResult runErrand(String job, Duration timeout) {
            pass();
            return new ErrandResult(0, "done by " + job, "");
        }

        @Override
        public ErrandResult exec(List<String> command, Duration timeout) {
            return new ErrandResult(0, "", "");
        }

        @Override
        public String logTail(String job, int lines) {
            return "";
        }

        @Override
        public Path fetchLogs(Path into) {
            return into;
        }
    }
}
