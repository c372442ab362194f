package org.openpks.director.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jruby.RubyInstanceConfig;
import org.jruby.embed.LocalContextScope;
import org.jruby.embed.LocalVariableBehavior;
import org.jruby.embed.ScriptingContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// ERB by JRuby in this JVM. One Ruby runtime, started in the background by [#start()] because that takes seconds
/// of processor time; callers that come early wait for it. Renderings run one at a time; a cluster's takes some
/// tens of milliseconds.
public final class JRubyTemplateRenderer implements TemplateRenderer, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JRubyTemplateRenderer.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> compiled = new HashSet<>();
    private final CompletableFuture<Ruby> ruby = new CompletableFuture<>();

    private record Ruby(ScriptingContainer container, Object templating) {}

    private JRubyTemplateRenderer() {}

    /// Begins to load Ruby on a thread of its own and returns at once.
    public static JRubyTemplateRenderer start() {
        var renderer = new JRubyTemplateRenderer();
        Thread.ofPlatform().daemon().name("ruby-start").start(renderer::load);
        return renderer;
    }

    private void load() {
        try {
            long began = System.nanoTime();
            // Interpreted: templates run a few times each, so compiling them to classes would cost more time and memory
            // than it saves.
            var container = new ScriptingContainer(LocalContextScope.SINGLETHREAD, LocalVariableBehavior.TRANSIENT);
            container.setCompileMode(RubyInstanceConfig.CompileMode.OFF);
            var config = container.getProvider().getRubyInstanceConfig();
            config.setDisableGems(true);
            config.setDisableDidYouMean(true);
            container.setRunRubyInProcess(true);
            var templating = container.runScriptlet(script());
            container.callMethod(templating, "warm");
            log.atInfo()
                    .addKeyValue("millis", (System.nanoTime() - began) / 1_000_000)
                    .log("Template rendering is ready");
            ruby.complete(new Ruby(container, templating));
        } catch (Throwable e) {
            ruby.completeExceptionally(e);
        }
    }

    /// Done when Ruby has started.
    public Future<?> ready() {
        return ruby;
    }

    @Override
    public List<Rendered> render(List<JobContext> jobs) {
        var runtime = await();
        lock.lock();
        try {
            var answer = (String) runtime.container()
                    .callMethod(runtime.templating(), "render", JSON.writeValueAsString(request(jobs)));
            jobs.forEach(job -> job.templates().forEach(template -> compiled.add(template.digest())));
            var results = new ArrayList<Rendered>(jobs.size());
            for (var one : JSON.readTree(answer)) {
                results.add(rendered(one));
            }
            return results;
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Object> request(List<JobContext> jobs) {
        var texts = new LinkedHashMap<String, String>();
        var list = new ArrayList<Map<String, Object>>();
        for (var job : jobs) {
            var templates = new ArrayList<Map<String, String>>();
            for (var template : job.templates()) {
                if (!compiled.contains(template.digest())) {
                    texts.put(template.digest(), template.text());
                }
                templates.add(Map.of(
                        "source",
                        template.source(),
                        "destination",
                        template.destination(),
                        "digest",
                        template.digest()));
            }
            list.add(Map.of(
                    "templates", templates, "spec", job.spec(), "properties", job.properties(), "links", job.links()));
        }
        return Map.of("texts", texts, "jobs", list);
    }

    private static Rendered rendered(JsonNode one) {
        var files = new LinkedHashMap<String, String>();
        one.get("files")
                .properties()
                .forEach(file -> files.put(file.getKey(), file.getValue().asString()));
        var mistakes = new ArrayList<Mistake>();
        for (var error : one.get("errors")) {
            var kind =
                    error.get("kind").isNull() ? "" : " (" + error.get("kind").asString() + ")";
            mistakes.add(new Mistake(
                    error.get("template").asString(),
                    error.get("line").asString(),
                    error.get("message").asString() + kind));
        }
        return new Rendered(files, mistakes);
    }

    private Ruby await() {
        try {
            return ruby.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Ruby", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Ruby did not start", e.getCause());
        }
    }

    private static String script() {
        try (var stream = JRubyTemplateRenderer.class.getResourceAsStream("renderer.rb")) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (ruby.isDone() && !ruby.isCompletedExceptionally()) {
            ruby.join().container().terminate();
        }
    }
}
