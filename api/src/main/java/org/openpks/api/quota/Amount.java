package org.openpks.api.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// What clusters take: how many they are, and the sum of their nodes' processors and memory.
///
/// @param cpu cores
/// @param memoryMb MiB
/// @param complete whether the sizes of all nodes are known; those that are not are left out of the sums
public record Amount(int clusters, long cpu, long memoryMb, boolean complete) {

    public static final Amount NOTHING = new Amount(0, 0, 0, true);

    private static final BigDecimal MB_IN_GB = BigDecimal.valueOf(1024);
    private static final int DIGITS = 3;

    public Amount plus(Amount other) {
        return new Amount(
                clusters + other.clusters, cpu + other.cpu, memoryMb + other.memoryMb, complete && other.complete);
    }

    /// What has to be added to reach the other one; less than nothing where that is smaller.
    public Amount to(Amount other) {
        return new Amount(
                other.clusters - clusters, other.cpu - cpu, other.memoryMb - memoryMb, complete && other.complete);
    }

    /// The larger one of each.
    public Amount orMore(Amount other) {
        return new Amount(
                Math.max(clusters, other.clusters),
                Math.max(cpu, other.cpu),
                Math.max(memoryMb, other.memoryMb),
                complete && other.complete);
    }

    /// The memory in GiB, to a thousandth.
    public BigDecimal memory() {
        return gigabytes(memoryMb);
    }

    static BigDecimal gigabytes(long megabytes) {
        return plain(BigDecimal.valueOf(megabytes).divide(MB_IN_GB, DIGITS, RoundingMode.HALF_UP));
    }

    /// Without zeros at the end, and never with an exponent.
    static BigDecimal plain(BigDecimal number) {
        var stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
