package org.openpks.director.deployment.step;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.openpks.director.deployment.manifest.Interpolation;
import org.openpks.director.deployment.manifest.Manifest.VariableSpec;
import org.openpks.director.variable.Variables;

/// The variables of one deployment: generated where they are missing, then found by name. What one run has found stays
/// the same until its end.
final class VariableValues {

    private final Variables variables;
    private final String prefix;
    private final Map<String, String> pinned;
    private final Map<String, Variables.Variable> known = new ConcurrentHashMap<>();

    /// @param pinned the versions to take, by absolute name; the current ones of all other names
    public VariableValues(Variables variables, String prefix, Map<String, String> pinned) {
        this.variables = variables;
        this.prefix = prefix;
        this.pinned = Map.copyOf(pinned);
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
                results.put(
                        name,
                        before.thenApplyAsync(
                                done -> pinned(name).orElseGet(() -> variables.ensure(name, spec.type(), options)),
                                threads));
            }
            results.forEach((name, result) -> known.put(name, result.join()));
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
        var found = known.get(name);
        if (found == null) {
            found = pinned(name).or(() -> variables.find(name)).orElse(null);
            if (found != null) {
                known.put(name, found);
            }
        }
        return found == null ? null : found.value();
    }

    /// The versions that were taken so far, by absolute name.
    public Map<String, String> versions() {
        var versions = new TreeMap<String, String>();
        known.forEach((name, variable) -> versions.put(name, variable.id()));
        return versions;
    }

    /// A version that was deleted meanwhile makes room for the current one.
    private Optional<Variables.Variable> pinned(String name) {
        return Optional.ofNullable(pinned.get(name)).flatMap(variables::byId);
    }
}
