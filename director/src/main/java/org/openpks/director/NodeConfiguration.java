package org.openpks.director;

import java.time.InstantSource;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.container.ContainerAgents;
import org.openpks.director.cpi.container.ContainerCpi;
import org.openpks.director.settings.NodeSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Nodes are containers of this machine, unless another configuration gives a [Cpi] and its agents.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NodeSettings.class)
class NodeConfiguration {

    @Bean
    ContainerCpi cpi(NodeSettings settings, InstantSource clock) {
        return new ContainerCpi(settings.cpi(), clock);
    }

    @Bean
    BalancerWatch balancerWatch(ContainerCpi cpi) {
        return new BalancerWatch(cpi);
    }

    @Bean
    Agent.Agents agents(NodeSettings settings, InstantSource clock) {
        return new ContainerAgents(settings.cpi(), clock);
    }
}
