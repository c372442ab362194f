package org.openpks.director.deployment.manifest;

import java.util.ArrayList;
import java.util.List;

/// IPv4 addresses as numbers.
public final class Addresses {

    private static final int MOST = 65536;

    private Addresses() {}

    /// Reads `10.0.0.1`; an [IllegalArgumentException] says what is wrong.
    public static long number(String text) {
        var parts = text.strip().split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
        }
        long value = 0;
        for (var part : parts) {
            if (!part.matches("\\d{1,3}") || Integer.parseInt(part) > 255) {
                throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
            }
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    public static String text(long number) {
        return "%d.%d.%d.%d".formatted(number >> 24 & 255, number >> 16 & 255, number >> 8 & 255, number & 255);
    }

    /// From - to, both included.
    public record Range(long first, long last) {
        public boolean contains(long address) {
            return first <= address && address <= last;
        }

        public boolean overlaps(Range other) {
            return first <= other.last && other.first <= last;
        }
    }

    /// Reads an address, `a-b` or a CIDR block.
    public static Range range(String text) {
        var slash = text.indexOf('/');
        if (slash >= 0) {
            int prefix;
            try {
                prefix = Integer.parseInt(text.substring(slash + 1).strip());
            } catch (NumberFormatException e) {
                prefix = -1;
            }
            if (prefix < 0 || prefix > 32) {
                throw new IllegalArgumentException("'" + text + "' is not a CIDR block");
            }
            long size = 1L << (32 - prefix);
            long first = number(text.substring(0, slash)) / size * size;
            return new Range(first, first + size - 1);
        }
        var dash = text.indexOf('-');
        if (dash < 0) {
            long only = number(text);
            return new Range(only, only);
        }
        var range = new Range(number(text.substring(0, dash)), number(text.substring(dash + 1)));
        if (range.last() < range.first()) {
            throw new IllegalArgumentException("the range '" + text + "' ends before it begins");
        }
        return range;
    }

    static List<String> expand(String text, Fields where) {
        Range range;
        try {
            range = range(text);
        } catch (IllegalArgumentException e) {
            throw where.invalid("static_ips", "is wrong: " + e.getMessage());
        }
        if (range.last() - range.first() >= MOST) {
            throw where.invalid("static_ips", "holds too many addresses");
        }
        var result = new ArrayList<String>();
        for (long address = range.first(); address <= range.last(); address++) {
            result.add(text(address));
        }
        return result;
    }
}
