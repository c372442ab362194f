package org.openpks.director.deployment.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.release.Releases;
import org.openpks.director.template.TemplateRenderer.Template;
import org.openpks.kernel.Fault;

/// A job's specification (job.MF) with its templates read.
///
/// @param templates with `monit` among them
/// @param properties default values by dotted name; null = no default
public record JobModel(
        String name,
        Releases.Release release,
        List<Template> templates,
        List<String> packages,
        List<Consumed> consumes,
        List<Provided> provides,
        Map<String, @Nullable Object> properties) {

    public record Consumed(String name, String type, boolean optional) {}

    /// @param properties dotted names of what consumers may read
    public record Provided(String name, String type, List<String> properties) {}

    /// Reads a job of a release. Everything is read each time; the files are a few kilobytes.
    public static JobModel read(Releases.Release release, Releases.Job job) {
        var spec = job.spec();
        var templates = new ArrayList<Template>();
        if (spec.get("templates") instanceof Map<?, ?> map) {
            map.forEach((source, destination) -> templates.add(template(
                    job.directory().resolve("templates").resolve(relative(job, source)),
                    String.valueOf(source),
                    String.valueOf(destination))));
        }
        templates.add(template(job.directory().resolve("monit"), "monit", "monit"));
        var properties = new LinkedHashMap<String, @Nullable Object>();
        if (spec.get("properties") instanceof Map<?, ?> map) {
            map.forEach((name, definition) -> properties.put(
                    String.valueOf(name), definition instanceof Map<?, ?> fields ? fields.get("default") : null));
        }
        return new JobModel(
                job.name(),
                release,
                List.copyOf(templates),
                strings(spec.get("packages")),
                hashes(spec.get("consumes")).stream()
                        .map(one -> new Consumed(
                                text(one, "name"), text(one, "type"), Boolean.TRUE.equals(one.get("optional"))))
                        .toList(),
                hashes(spec.get("provides")).stream()
                        .map(one -> new Provided(text(one, "name"), text(one, "type"), strings(one.get("properties"))))
                        .toList(),
                properties);
    }

    private static String relative(Releases.Job job, Object source) {
        var path = Path.of(String.valueOf(source)).normalize();
        if (path.isAbsolute() || path.startsWith("..")) {
            throw new Fault(
                    DeploymentFault.TEMPLATE,
                    "Job '%s' names a template outside of its directory.".formatted(job.name()));
        }
        return path.toString();
    }

    private static Template template(Path file, String source, String destination) {
        try {
            var text = Files.readString(file);
            return new Template(source, destination, text, Digests.of(text));
        } catch (NoSuchFileException e) {
            throw new Fault(DeploymentFault.TEMPLATE, "Template '%s' is missing in its release.".formatted(source));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// The values that templates may see: those that the specification names, from the manifest or else the
    /// default.
    public Map<String, Object> effective(Map<String, Object> manifest) {
        var result = new LinkedHashMap<String, Object>();
        properties.forEach((name, byDefault) -> {
            var value = dig(manifest, name);
            put(result, name, value == null ? byDefault : value);
        });
        return result;
    }

    /// The value at a dotted name; null when there is none.
    public static @Nullable Object dig(Map<String, Object> values, String dotted) {
        Object value = values;
        for (var key : dotted.split("\\.")) {
            value = value instanceof Map<?, ?> map ? map.get(key) : null;
            if (value == null) {
                return null;
            }
        }
        return value;
    }

    /// Sets the value at a dotted name, with the hashes on the way.
    @SuppressWarnings("unchecked")
    public static void put(Map<String, Object> values, String dotted, @Nullable Object value) {
        var keys = dotted.split("\\.");
        var at = values;
        for (int i = 0; i < keys.length - 1; i++) {
            // A copy, because a default or the manifest's own hash may stand here.
            var next = at.get(keys[i]) instanceof Map<?, ?> map
                    ? new LinkedHashMap<>((Map<String, Object>) map)
                    : new LinkedHashMap<String, Object>();
            at.put(keys[i], next);
            at = next;
        }
        at.put(keys[keys.length - 1], value);
    }

    private static String text(Map<?, ?> map, String key) {
        return String.valueOf(map.get(key));
    }

    private static List<String> strings(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static List<Map<?, ?>> hashes(@Nullable Object value) {
        var result = new ArrayList<Map<?, ?>>();
        if (value instanceof List<?> list) {
            for (var item : list) {
                if (item instanceof Map<?, ?> map) {
                    result.add(map);
                }
            }
        }
        return result;
    }
}
