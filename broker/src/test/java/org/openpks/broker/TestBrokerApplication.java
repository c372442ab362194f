package org.openpks.broker;

import org.openpks.adapter.ServiceAdapter;
import org.openpks.component.WebComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/// The broker with the test adapter: in this process, or behind a program when the system property
/// `openpks.test.adapter-program` says so.
@WebComponent
@Import(BrokerParts.class)
class TestBrokerApplication {

    @Bean
    TestAdapter testAdapter() {
        return new TestAdapter();
    }

    @Bean
    AdapterProgram adapterProgram(TestAdapter adapter) {
        return new AdapterProgram(adapter);
    }

    @Bean
    @Primary
    ServiceAdapter serviceAdapter(TestAdapter adapter, AdapterProgram program) {
        return Boolean.getBoolean("openpks.test.adapter-program") ? program.adapter() : adapter;
    }
}
