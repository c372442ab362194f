package org.openpks.director;

import org.openpks.component.WebComponent;
import org.openpks.component.WithDatabase;
import org.openpks.director.settings.DirectorSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/// The director as a part of the product: its HTTP API, the CredHub API, and the tasks behind them.
///
/// Settings: [DirectorSettings], the database's `spring.datasource.*`,
/// `spring.flyway.locations=classpath:db/director`, TLS by `server.ssl.*`, and `openpks.web.max-body-bytes=0`,
/// because releases and stemcells have no limit; documents have one of their own.
@WebComponent
@WithDatabase
// Applications of tests may lie beside this one; they are not its parts.
@ComponentScan(excludeFilters = @Filter(type = FilterType.ANNOTATION, classes = WebComponent.class))
@EnableConfigurationProperties(DirectorSettings.class)
public class DirectorApplication {}
