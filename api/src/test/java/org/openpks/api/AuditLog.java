package org.openpks.api;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.openpks.osb.OsbJson;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// What the APIs of this process write into their audit log, as long as it is open.
final class AuditLog implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("API.Audit");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };

    AuditLog() {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    List<JsonNode> events() {
        return lines.stream().map(OsbJson.MAPPER::readTree).toList();
    }

    /// The events of the request that was answered so. An answer may be read before its event is written.
    List<JsonNode> of(TestApi.Answer answer) {
        var id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        return events().stream()
                .filter(event -> event.path("requestId").asString("").equals(id))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        appender.stop();
    }
}
