package org.openpks.broker.director;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.openpks.bosh.Director;
import org.openpks.kernel.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How big the machines of the cloud config's VM types are, cached. The catalog tells it, and must not wait for a
/// Director that is slow: the last known sizes stay good until it answers.
public final class VmTypes {

    private static final Logger log = LoggerFactory.getLogger(VmTypes.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// How big a machine is, as far as the type's cloud properties say so: `cpu` and `ram`, which the CPIs of vSphere
    /// and of containers share. Types of other clouds name a machine of the cloud's instead.
    /// @param cpu cores
    /// @param memoryMb MiB
    public record Size(Optional<Integer> cpu, Optional<Integer> memoryMb) {
        public static final Size UNKNOWN = new Size(Optional.empty(), Optional.empty());
    }

    private record Known(Map<String, Size> sizes, Instant at) {}

    private final Director director;
    private final Duration trust;
    private final InstantSource clock;
    private volatile Known known = new Known(Map.of(), Instant.MIN);
    private @Nullable CompletableFuture<Map<String, Size>> reading;

    /// @param trust how long what the Director said is not asked again
    public VmTypes(Director director, Duration trust, InstantSource clock) {
        this.director = director;
        this.trust = trust;
        this.clock = clock;
    }

    /// The sizes by the type's name; empty as long as the Director never told them.
    public Map<String, Size> sizes() {
        var last = known;
        if (clock.instant().isBefore(last.at().plus(trust))) {
            return last.sizes();
        }
        try {
            return reading().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return last.sizes();
        } catch (ExecutionException e) {
            var cause = e.getCause() instanceof Fault fault ? fault.detail() : String.valueOf(e.getCause());
            log.atWarn().addKeyValue("cause", cause).log("The sizes of VM types may be old");
            return last.sizes();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return last.sizes();
        }
    }

    /// The reading that is under way, or a new one: a Director that hangs holds one thread, not one for each request.
    private synchronized CompletableFuture<Map<String, Size>> reading() {
        var running = reading;
        if (running == null || running.isDone()) {
            running = new CompletableFuture<>();
            reading = running;
            var answer = running;
            Thread.ofVirtual().name("vm-types").start(() -> read(answer));
        }
        return running;
    }

    private void read(CompletableFuture<Map<String, Size>> answer) {
        try {
            var sizes = new TreeMap<String, Size>();
            CloudConfig.of(director).ifPresent(config -> config.items("vm_types")
                    .forEach(type -> sizes.put(String.valueOf(type.get("name")), size(type.get("cloud_properties")))));
            known = new Known(sizes, clock.instant());
            answer.complete(sizes);
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private static Size size(@Nullable Object cloudProperties) {
        return cloudProperties instanceof Map<?, ?> map
                ? new Size(number(map.get("cpu")), number(map.get("ram")))
                : Size.UNKNOWN;
    }

    private static Optional<Integer> number(@Nullable Object value) {
        return value instanceof Integer number && number > 0 ? Optional.of(number) : Optional.empty();
    }
}
