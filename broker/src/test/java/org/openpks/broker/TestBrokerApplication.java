package org.openpks.broker;

import org.openpks.component.WebComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The broker with the test adapter.
@WebComponent
@Import(BrokerParts.class)
class TestBrokerApplication {

    @Bean
    TestAdapter serviceAdapter() {
        return new TestAdapter();
    }
}
