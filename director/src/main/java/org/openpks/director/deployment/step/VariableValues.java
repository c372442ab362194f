package org.openpks.director.deployment.step;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.openpks.director.deployment.manifest.Interpolation;
import org.openpks.director.deployment.manifest.Manifest.VariableSpec;
import org.openpks.director.variable.Variables;

/// The variables of one deployment: generated where they are missing, then found by name.
public final class VariableValues {

    private final Variables variables;
    private final String prefix;
    private final Map<String, Object> known = new ConcurrentHashMap<>();

    public VariableValues(Variables variables, String prefix) {
        this.variables = variables;
        this.prefix = prefix;
    }

    /// Generates what is missing. Certificates wait for their authority; all others are made side by side.
    public void ensure(List<VariableSpec> specs) {
        var results = new HashMap<String, CompletableFuture<Variables.Variable>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var spec : specs) {
                var name = Interpolation.absolute(prefix, spec.name());
                Map<String, Object> options = new LinkedHashMap<>(spec.options());
                CompletableFuture<?> before = CompletableFuture.completedFuture(null);
                if (options.get("ca") instanceof String ca) {
                    var authority = Interpolation.absolute(prefix, ca);
                    options.put("ca", authority);
                    var pending = results.get(authority);
                    before = pending == null ? before : pending;
                }
                results.put(name, before.thenApplyAsync(done -> variables.ensure(name, spec.type(), options), threads));
            }
            results.forEach((name, result) -> known.put(name, result.join().value()));
        } catch (CompletionException e) {
            Throwable cause = e;
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            switch (cause) {
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                default -> throw e;
            }
        }
    }

    /// The value of a variable by its absolute name; null when nobody made it.
    public @Nullable Object find(String name) {
        var value = known.get(name);
        if (value == null) {
            var found = variables.find(name);
            if (found.isPresent()) {
                value = found.get().value();
                known.put(name, value);
            }
        }
        return value;
    }
}
