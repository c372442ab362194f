package org.openpks.component;

import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/// What every part's web server does alike.
@Configuration(proxyBeanMethods = false)
class WebDefaults {

    /// Bodies above `openpks.web.max-body-bytes` (1 MiB unless set; 0 = no limit) end with 413 before anything
    /// reads them.
    @Bean
    FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(
            @Value("${openpks.web.max-body-bytes:1048576}") long maximum) {
        var registration = new FilterRegistrationBean<>(new BodyLimitFilter(maximum));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    /// No product name, no version in the `Server` header.
    @Bean
    WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> quietServerHeader() {
        return factory -> factory.setServerHeader("");
    }
}
