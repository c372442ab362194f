package org.openpks.api.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/// What the web server itself refuses, before any of our code sees it, in the API's form instead of a page of HTML.
/// The server makes it by its name.
public final class ContainerProblems extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        var sentence = status >= 500
                ? "An error occurred in the PKS API when processing"
                : "The request cannot be understood.";
        try {
            response.setContentType("application/json");
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            var writer = response.getReporter();
            if (writer != null) {
                writer.write("{\"body\":\"" + sentence + "\"}");
                response.finishResponse();
            }
        } catch (IOException e) {
            // The caller is gone: nobody is left to answer.
            return;
        }
    }
}
