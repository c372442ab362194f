package org.openpks.broker;

import org.openpks.adapter.KubernetesServiceAdapter;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.component.WebComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The PKS Broker as a part of the product. Settings: `broker.config` names the On-Demand Broker's configuration
/// files, see [org.openpks.broker.settings.BrokerSettings]; `server.*` says where it listens.
@WebComponent
@Import(BrokerParts.class)
public class BrokerApplication {

    @Bean
    ServiceAdapter serviceAdapter() {
        return new KubernetesServiceAdapter();
    }
}
