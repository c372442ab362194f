package org.openpks.adapter;

import java.util.regex.Pattern;
import org.openpks.kernel.Fault;

/// An IPv4 network.
record Cidr(int base, int prefix) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    static Cidr parse(String text) {
        var match = FORM.matcher(text);
        if (match.matches()) {
            int base = 0;
            boolean valid = true;
            for (int i = 1; i <= 4; i++) {
                int part = Integer.parseInt(match.group(i));
                valid &= part <= 255;
                base = base << 8 | part;
            }
            int prefix = Integer.parseInt(match.group(5));
            if (valid && prefix >= 1 && prefix <= 30 && (base & ~(-1 << (32 - prefix))) == 0) {
                return new Cidr(base, prefix);
            }
        }
        throw new Fault(AdapterFault.PLAN_INVALID, text + " is not a network such as 10.100.200.0/24.");
    }

    /// The address at an offset from the network's own.
    String address(int offset) {
        return dotted(base + offset);
    }

    @Override
    public String toString() {
        return dotted(base) + "/" + prefix;
    }

    private static String dotted(int address) {
        return "%d.%d.%d.%d".formatted(address >>> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
    }
}
