package org.openpks.director.deployment.instance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The director's memory of instances. Every method is one transaction; after a crash each is either done or not.
public interface Instances {

    /// By group and index.
    List<StoredInstance> of(String deployment);

    Optional<StoredInstance> find(String id);

    /// Adds it, or changes what describes it (not its addresses, machine and disk).
    void save(StoredInstance instance);

    void setState(String id, String state);

    void setCompleted(String id, boolean completed);

    /// Forgets the instance and its addresses. Its machine and disk must be gone.
    void remove(String id);

    /// Every address that is given out, over all deployments.
    Set<String> addresses();

    /// Gives the address to the instance. False when somebody has it.
    boolean claim(String instance, StoredInstance.Address address);

    void release(String instance, String ip);

    /// Remembers that a machine with this agent id is about to be asked for.
    void vmPlanned(String instance, String agentId, String fingerprint);

    void vmCreated(String agentId, String cid);

    /// @param applied empty = what is on it is unknown
    void vmApplied(String agentId, Optional<String> applied, Optional<String> hosts, List<String> scripts);

    void vmGone(String agentId);

    /// The cloud ids of all machines that are known, over all deployments.
    Set<String> vmCids();

    void diskCreated(String instance, String cid, int sizeMb, Map<String, Object> cloudProperties);

    void diskAttached(String cid, Optional<String> vmCid);

    /// Moves the disk to the list of those that nobody uses.
    void diskOrphaned(String cid);

    List<OrphanDisk> orphanDisks();

    void orphanGone(String cid);

    record OrphanDisk(
            String cid,
            int sizeMb,
            String az,
            String deployment,
            String instance,
            Map<String, Object> cloudProperties,
            long orphanedAt) {}
}
