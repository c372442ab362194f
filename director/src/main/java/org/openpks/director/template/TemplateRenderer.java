package org.openpks.director.template;

import java.util.List;
import java.util.Map;

/// Renders the templates of jobs, all that are wanted in one call.
public interface TemplateRenderer {

    /// Renders in the given order. A mistake in one template does not keep the others from being rendered.
    List<Rendered> render(List<JobContext> jobs);

    /// One job of one instance.
    /// @param spec what templates see as `spec`
    /// @param properties the job's effective properties , nested
    /// @param links link contents by the consumer's link name (docs-bosh, `links`)
    record JobContext(
            List<Template> templates,
            Map<String, Object> spec,
            Map<String, Object> properties,
            Map<String, Object> links) {}

    /// @param source the name in the job's specification, as error messages show it
    /// @param destination the path in the job's directory
    /// @param digest of the text; equal digests are compiled once
    record Template(String source, String destination, String text, String digest) {}

    /// @param files texts by destination; what failed is missing
    record Rendered(Map<String, String> files, List<Mistake> mistakes) {}

    /// @param line of the template, or `?`
    /// @param message what Ruby said; may hold values, so it passes a [Redactor] before anybody reads it
    record Mistake(String template, String line, String message) {

        @Override
        public String toString() {
            return "Error filling in template '%s' (line %s: %s)".formatted(template, line, message);
        }
    }
}
