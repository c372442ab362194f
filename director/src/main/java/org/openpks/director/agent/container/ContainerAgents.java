package org.openpks.director.agent.container;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import org.openpks.director.agent.Agent;
import org.openpks.director.cpi.container.ContainerCpiSettings;
import org.openpks.director.cpi.container.NodeDirectory;

/// Finds the agents of container nodes. An agent exists for every name; of a machine that is gone it says
/// `unresponsive agent`.
public final class ContainerAgents implements Agent.Agents {

    private final ContainerCpiSettings settings;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, ContainerAgent> agents = new ConcurrentHashMap<>();

    public ContainerAgents(ContainerCpiSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Agent of(String vmCid) {
        agents.keySet().removeIf(cid -> !NodeDirectory.of(settings, cid).exists());
        return agents.computeIfAbsent(
                vmCid, cid -> new ContainerAgent(settings, NodeDirectory.of(settings, cid), clock));
    }
}
