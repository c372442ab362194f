package org.openpks.component;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/// A part of the product that was started: its context, closed by [#close()].
public final class RunningComponent implements AutoCloseable {

    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.main.register-shutdown-hook", "false"),
            Map.entry("spring.main.log-startup-info", "false"),
            Map.entry("spring.jmx.enabled", "false"),
            Map.entry("spring.threads.virtual.enabled", "true"),
            Map.entry("spring.mvc.problemdetails.enabled", "false"),
            Map.entry("spring.flyway.validate-on-migrate", "true"),
            Map.entry("spring.datasource.hikari.maximum-pool-size", "12"),
            Map.entry("spring.datasource.hikari.minimum-idle", "1"),
            Map.entry("spring.jackson.deserialization.fail-on-trailing-tokens", "true"),
            Map.entry("server.shutdown", "immediate"),
            Map.entry("server.error.include-stacktrace", "never"),
            Map.entry("server.tomcat.max-connections", "2000"),
            Map.entry("server.tomcat.connection-timeout", "20s"),
            Map.entry("server.max-http-request-header-size", "16KB"));

    private final String name;
    private final ConfigurableApplicationContext context;

    private RunningComponent(String name, ConfigurableApplicationContext context) {
        this.name = name;
        this.context = context;
    }

    /// Starts a part and waits until it answers.
    /// @param name the part's name, as in its thread names and logs
    /// @param application its class marked with [WebComponent]
    /// @param settings Spring properties; nothing is read from files on the class path
    public static RunningComponent start(String name, Class<?> application, Map<String, ?> settings) {
        var properties = new HashMap<String, Object>(DEFAULTS);
        properties.put("spring.application.name", name);
        properties.put("spring.datasource.hikari.pool-name", name);
        properties.put("spring.config.name", name + "-none");
        properties.putAll(settings);
        var context = new SpringApplicationBuilder(application)
                .web(WebApplicationType.SERVLET)
                .environment(new StandardEnvironment() {
                    @Override
                    protected void customizePropertySources(MutablePropertySources sources) {
                        sources.addLast(new MapPropertySource("settings", properties));
                    }
                })
                .run();
        return new RunningComponent(name, context);
    }

    public String name() {
        return name;
    }

    /// The port it listens on; useful when the settings said 0.
    public int port() {
        return context instanceof WebServerApplicationContext web
                ? web.getWebServer().getPort()
                : -1;
    }

    /// A bean of the part, for tests and the launcher's own wiring.
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
