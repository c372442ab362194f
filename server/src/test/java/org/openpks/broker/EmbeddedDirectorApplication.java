package org.openpks.broker;

import org.openpks.component.WebComponent;
import org.openpks.component.WithDatabase;
import org.openpks.director.settings.DirectorSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/// The director as it is shipped, with machines in memory in place of containers.
@WebComponent
@WithDatabase
@ComponentScan(
        basePackages = "org.openpks.director",
        excludeFilters = {
            @Filter(type = FilterType.ANNOTATION, classes = WebComponent.class),
            @Filter(type = FilterType.REGEX, pattern = "org\\.openpks\\.director\\.NodeConfiguration")
        })
@EnableConfigurationProperties(DirectorSettings.class)
class EmbeddedDirectorApplication {

    @Bean
    CloudDouble cloudDouble() {
        return new CloudDouble();
    }
}
