package org.openpks.director.deployment.instance;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An instance as the director remembers it.
///
/// @param az empty when the group names none
/// @param state what an operator wants of it: started, stopped or detached
/// @param completed the last update reached its end; else the next deploy updates it again
public record StoredInstance(
        String id,
        String deployment,
        String group,
        int index,
        String az,
        boolean bootstrap,
        boolean errand,
        String state,
        boolean completed,
        String vmType,
        Map<String, Object> cloudProperties,
        List<Address> addresses,
        Optional<Vm> vm,
        Optional<Disk> disk) {

    public record Address(String network, String ip, boolean fixed) {}

    /// @param cid empty while the cloud is being asked for it, or when a crash came in between
    /// @param fingerprint of everything whose change needs a new machine
    /// @param applied digest of the jobs and packages on it; empty = nothing yet
    /// @param hosts digest of the host names that it was told
    /// @param scripts lifecycle scripts that its jobs have, so that nobody asks for those that are not there
    public record Vm(
            String agentId,
            Optional<String> cid,
            String fingerprint,
            Optional<String> applied,
            Optional<String> hosts,
            List<String> scripts,
            Instant createdAt) {}

    public record Disk(String cid, int sizeMb, Map<String, Object> cloudProperties, Optional<String> attachedTo) {}

    /// The same instance at other addresses.
    public StoredInstance withAddresses(List<Address> others) {
        return new StoredInstance(
                id,
                deployment,
                group,
                index,
                az,
                bootstrap,
                errand,
                state,
                completed,
                vmType,
                cloudProperties,
                others,
                vm,
                disk);
    }

    /// `group/uuid (index)`, as BOSH names an instance in events and errors.
    public String label() {
        return "%s/%s (%d)".formatted(group, id, index);
    }
}
