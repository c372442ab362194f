package org.openpks.broker;

import org.openpks.adapter.KubernetesServiceAdapter;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.broker.adapter.ExecutableAdapter;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.component.WebComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The PKS Broker as a part of the product. Settings: `broker.config` names the On-Demand Broker's configuration
/// files, see [org.openpks.broker.settings.BrokerSettings]; `server.*` says where it listens.
@WebComponent
@Import(BrokerParts.class)
public class BrokerApplication {

    /// The configured program, or the product's own adapter in this process.
    @Bean
    ServiceAdapter serviceAdapter(OdbConfig config) {
        return config.adapter().<ServiceAdapter>map(ExecutableAdapter::new).orElseGet(KubernetesServiceAdapter::new);
    }
}
