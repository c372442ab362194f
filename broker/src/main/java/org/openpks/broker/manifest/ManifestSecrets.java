package org.openpks.broker.manifest;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.openpks.bosh.CredHub;
import org.openpks.osb.OsbJson;

/// The values behind the references of a manifest.
public final class ManifestSecrets {

    private static final int CONNECTIONS = 4;

    private final CredHub credhub;

    public ManifestSecrets(CredHub credhub) {
        this.credhub = credhub;
    }

    /// Values by reference, with its parentheses: each reference as it stands, and each variable whole. What
    /// CredHub does not have is left out.
    /// @param directorName prefixes relative names together with the deployment
    public Map<String, Object> resolve(ManifestText manifest, String directorName, String deployment) {
        var references = manifest.references();
        var variables = new LinkedHashSet<String>();
        references.forEach(reference -> variables.add(variable(reference)));
        var values = new LinkedHashMap<String, Object>();
        var fetched = fetch(variables, "/" + directorName + "/" + deployment + "/");
        fetched.forEach((variable, value) -> value.ifPresent(found -> values.put("((" + variable + "))", found)));
        for (var reference : references) {
            var variable = variable(reference);
            if (reference.length() > variable.length()
                    && fetched.get(variable) instanceof Optional<Object> value
                    && value.orElse(null) instanceof Map<?, ?> parts) {
                var part = parts.get(reference.substring(variable.length() + 1));
                if (part != null) {
                    values.put("((" + reference + "))", part);
                }
            }
        }
        return values;
    }

    /// The same as texts, values of several parts as JSON. Nothing is read before somebody looks into the map: most
    /// adapters do not need the secrets to write a manifest.
    public Map<String, String> whenNeeded(ManifestText manifest, String directorName, String deployment) {
        return new AbstractMap<>() {
            private @Nullable Map<String, String> texts;

            @Override
            public synchronized Set<Map.Entry<String, String>> entrySet() {
                var known = texts;
                if (known == null) {
                    known = new LinkedHashMap<>();
                    for (var entry : resolve(manifest, directorName, deployment).entrySet()) {
                        known.put(
                                entry.getKey(),
                                entry.getValue() instanceof String text
                                        ? text
                                        : OsbJson.MAPPER.writeValueAsString(entry.getValue()));
                    }
                    texts = known;
                }
                return known.entrySet();
            }

            @Override
            public String toString() {
                return "secrets of " + deployment;
            }
        };
    }

    private Map<String, Optional<Object>> fetch(Iterable<String> variables, String prefix) {
        var running = new LinkedHashMap<String, Future<Optional<Object>>>();
        var values = new LinkedHashMap<String, Optional<Object>>();
        // Each connection costs a handshake, so a few of them do all the reads.
        try (var threads =
                Executors.newFixedThreadPool(CONNECTIONS, Thread.ofVirtual().factory())) {
            for (var variable : variables) {
                var name = variable.startsWith("/") ? variable : prefix + variable;
                running.put(variable, threads.submit(() -> credhub.get(name)));
            }
            for (var entry : running.entrySet()) {
                values.put(entry.getKey(), entry.getValue().get());
            }
            return values;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException("cannot read a secret", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading secrets", e);
        }
    }

    private static String variable(String reference) {
        int dot = reference.indexOf('.');
        return dot < 0 ? reference : reference.substring(0, dot);
    }
}
