package org.openpks.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The addresses that clusters with several masters are reached by: the plan property `network.api_addresses`, one
/// or several of `A.B.C.D`, `A.B.C.D-A.B.C.E` and `A.B.C.D/N`. The Director gives none of them out: the cloud config
/// reserves them.
///
/// @param ranges in the order of the configuration
public record AddressPool(List<Range> ranges) {

    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern FORM = Pattern.compile("([\\d.]+)(?:\\s*-\\s*([\\d.]+)|/(\\d{1,2}))?");
    private static final int BITS = 32;
    private static final int SHORTEST_PREFIX = 16;

    /// Both ends belong to it.
    public record Range(long first, long last) {}

    /// @throws IllegalArgumentException saying what it must be when it is wrong
    public static AddressPool of(Plan plan) {
        if (!(plan.properties().get("network") instanceof Map<?, ?> network)) {
            return new AddressPool(List.of());
        }
        var ranges = new ArrayList<Range>();
        switch (network.get("api_addresses")) {
            case null -> {}
            case List<?> list -> list.forEach(item -> ranges.add(range(String.valueOf(item))));
            case Object one -> ranges.add(range(String.valueOf(one)));
        }
        return new AddressPool(List.copyOf(ranges));
    }

    private static Range range(String text) {
        var form = FORM.matcher(text.strip());
        if (form.matches()) {
            long first = number(form.group(1));
            long last = form.group(2) == null ? first : number(form.group(2));
            if (form.group(3) != null) {
                int prefix = Integer.parseInt(form.group(3));
                long size = prefix > BITS || prefix < SHORTEST_PREFIX ? 0 : 1L << (BITS - prefix);
                last = size == 0 || first % size != 0 ? -1 : first + size - 1;
            }
            if (first >= 0 && last >= first && last - first < 1L << (BITS - SHORTEST_PREFIX)) {
                return new Range(first, last);
            }
        }
        throw new IllegalArgumentException(
                "must be addresses like 100.96.0.200, 100.96.0.200-100.96.0.220 and 100.96.0.192/27, not " + text);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(String address) {
        long number = number(address);
        return number >= 0 && ranges.stream().anyMatch(range -> range.first() <= number && number <= range.last());
    }

    /// The lowest of each range first.
    public Stream<String> addresses() {
        return ranges.stream()
                .flatMapToLong(range -> LongStream.rangeClosed(range.first(), range.last()))
                .mapToObj(number ->
                        "%d.%d.%d.%d".formatted(number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255));
    }

    /// -1 for what is no IPv4 address.
    private static long number(String address) {
        var octets = ADDRESS.matcher(address);
        if (!octets.matches()) {
            return -1;
        }
        long number = 0;
        for (int i = 1; i <= octets.groupCount(); i++) {
            int octet = Integer.parseInt(octets.group(i));
            if (octet > 255) {
                return -1;
            }
            number = number << 8 | octet;
        }
        return number;
    }
}
