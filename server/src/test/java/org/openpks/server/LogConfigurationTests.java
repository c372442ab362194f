package org.openpks.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `logback.xml`, with and without the files that the launcher names.
class LogConfigurationTests {

    @TempDir
    Path directory;

    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void keepsTheLogsApart() throws Exception {
        configure(Map.of(
                "openpks.log", directory.resolve("log").toString(),
                "openpks.audit-log", directory.resolve("uaa").toString(),
                "openpks.api-audit-log", directory.resolve("api").toString()));

        context.getLogger("org.openpks.api.Cluster").info("made\na cluster");
        context.getLogger("UAA.Audit").info("{\"type\":\"UserAuthenticationSuccess\"}");
        context.getLogger("API.Audit").info("{\"action\":\"create-cluster\"}");

        assertThat(directory.resolve("log")).content().endsWith("INFO  Cluster - made?a cluster  \n");
        assertThat(directory.resolve("uaa")).hasContent("{\"type\":\"UserAuthenticationSuccess\"}\n");
        assertThat(directory.resolve("api")).hasContent("{\"action\":\"create-cluster\"}\n");
    }

    @Test
    void writesToStandardErrorAloneWhereNoFileIsNamed() throws Exception {
        configure(Map.of());

        var log = (ConsoleAppender<?>)
                context.getLogger("ROOT").iteratorForAppenders().next();
        assertThat(log.getTarget()).isEqualTo("System.err");
        assertThat(context.getLogger("UAA.Audit").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("API.Audit").isInfoEnabled()).isFalse();
    }

    private void configure(Map<String, String> properties) throws IOException, JoranException {
        properties.forEach(context::putProperty);
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Files.newInputStream(Path.of("src/main/resources/logback.xml")));
        assertThat(context.getStatusManager().getCopyOfStatusList())
                .extracting(Status::getEffectiveLevel)
                .isNotEmpty()
                .allMatch(level -> level < Status.WARN);
    }
}
