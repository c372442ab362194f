package org.openpks.broker.web;

import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.openpks.broker.settings.OdbConfig;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The web side: controllers, errors, and the filter in front of them.
@Configuration(proxyBeanMethods = false)
@Import({
    CatalogController.class,
    InstanceController.class,
    BindingController.class,
    ManagementController.class,
    FaultAdvice.class
})
public class BrokerWeb {

    /// Ids of platforms may have any characters, also a slash that is percent-encoded.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> idsWithSlashes() {
        return factory -> factory.addConnectorCustomizers(
                connector -> connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue()));
    }

    @Bean
    FilterRegistrationBean<ProtocolFilter> protocolFilter(OdbConfig config) {
        var registration = new FilterRegistrationBean<>(
                new ProtocolFilter(config.broker().username(), config.broker().password()));
        registration.setOrder(0);
        return registration;
    }
}
