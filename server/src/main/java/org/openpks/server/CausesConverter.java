package org.openpks.server;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.ArrayList;

/// Writes of an exception what an operator needs and nothing that could carry a secret: the classes of its causes,
/// each with the place in our code, or else at all, where it was thrown.
public final class CausesConverter extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        var causes = new ArrayList<String>();
        for (var cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            var place = "";
            for (var frame : cause.getStackTraceElementProxyArray()) {
                var element = frame.getStackTraceElement();
                boolean ours = element.getClassName().startsWith("org.openpks.");
                if (ours || place.isEmpty()) {
                    place = element.getFileName() + ":" + element.getLineNumber();
                }
                if (ours) {
                    break;
                }
            }
            causes.add(cause.getClassName() + "(" + place + ")");
        }
        return causes.isEmpty() ? "" : "causes=" + String.join(" < ", causes);
    }
}
