package org.openpks.uaa;

import org.openpks.component.WebComponent;
import org.openpks.component.WithDatabase;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;

/// UAA as a part of the product.
@WebComponent
@WithDatabase
@ComponentScan
@EnableConfigurationProperties(UaaSettings.class)
@ImportAutoConfiguration(SecurityFilterAutoConfiguration.class)
public class UaaApplication {}
