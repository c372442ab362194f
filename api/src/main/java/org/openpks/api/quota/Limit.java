package org.openpks.api.quota;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openpks.kernel.Fault;

/// The most that an owner's clusters may take together. What is empty is not limited.
///
/// @param cpu cores, at least 0; 0 lets no cluster be made
/// @param memory GiB, at least 0; 0 lets no cluster be made
/// @param clusters how many clusters, at least 1
public record Limit(Optional<Integer> cpu, Optional<BigDecimal> memory, Optional<Integer> clusters) {

    private static final BigDecimal MOST_MEMORY = BigDecimal.valueOf(1_000_000_000);
    private static final int FINEST = 6;

    /// @throws Fault naming the first number that is out of its range
    public Limit {
        if (cpu.isPresent() && cpu.get() < 0) {
            throw invalid("limit.cpu", "must be at least 0, not " + cpu.get());
        }
        if (clusters.isPresent() && clusters.get() < 1) {
            throw invalid("limit.cluster", "must be at least 1, not " + clusters.get());
        }
        if (memory.isPresent()) {
            if (memory.get().signum() < 0 || memory.get().compareTo(MOST_MEMORY) > 0) {
                throw invalid("limit.memory", "must lie between 0 and %s GB".formatted(MOST_MEMORY));
            }
            var plain = Amount.plain(memory.get());
            if (plain.scale() > FINEST) {
                throw invalid("limit.memory", "must have at most %d digits after the point".formatted(FINEST));
            }
            memory = Optional.of(plain);
        }
    }

    public boolean isEmpty() {
        return cpu.isEmpty() && memory.isEmpty() && clusters.isEmpty();
    }

    /// Lets an owner's clusters grow, or not. What does not grow is not looked at, so that an owner who has too much
    /// already may still give something back.
    /// @throws Fault with [QuotaFault#QUOTA_EXCEEDED], naming limit, current and requested amounts, or with
    ///     [QuotaFault#SIZE_UNKNOWN]
    public void check(String owner, Amount current, Amount more) {
        var spent = new ArrayList<String>();
        clusters.filter(most -> more.clusters() > 0 && current.clusters() + more.clusters() > most)
                .ifPresent(most -> spent.add(line("clusters", most, current.clusters(), more.clusters())));
        cpu.filter(most -> more.cpu() > 0 && current.cpu() + more.cpu() > most)
                .ifPresent(most -> spent.add(line("CPUs", most, current.cpu(), more.cpu())));
        memory.filter(most -> more.memoryMb() > 0
                        && Amount.gigabytes(current.memoryMb() + more.memoryMb())
                                        .compareTo(most)
                                > 0)
                .ifPresent(most -> spent.add(line(
                        "GB of memory",
                        most,
                        Amount.gigabytes(current.memoryMb()),
                        Amount.gigabytes(more.memoryMb()))));
        if (!spent.isEmpty()) {
            throw exceeded(owner, spent);
        }
        boolean grows = more.clusters() > 0 || more.cpu() > 0 || more.memoryMb() > 0 || !more.complete();
        boolean sized = current.complete() && more.complete();
        if (grows && !sized && (cpu.isPresent() || memory.isPresent())) {
            throw new Fault(
                    QuotaFault.SIZE_UNKNOWN,
                    "The quota of '%s' limits CPUs or memory, but the PKS Broker does not tell how big the nodes are. Please contact the PKS administrator."
                            .formatted(owner));
        }
    }

    private static Fault exceeded(String owner, List<String> spent) {
        return new Fault(
                QuotaFault.QUOTA_EXCEEDED,
                "The quota of '%s' does not allow this: %s. Please give something back, or ask the PKS administrator for a larger quota."
                        .formatted(owner, String.join("; ", spent)),
                "owner=" + owner);
    }

    private static String line(String what, Object most, Object current, Object more) {
        return "limit %s %s, current %s, requested %s more".formatted(most, what, current, more);
    }

    private static Fault invalid(String field, String problem) {
        return new Fault(QuotaFault.QUOTA_INVALID, "The field '%s' %s.".formatted(field, problem), "field=" + field);
    }
}
