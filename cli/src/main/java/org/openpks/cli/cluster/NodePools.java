package org.openpks.cli.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import org.openpks.cli.command.Usage;

/// Reads `pool:3,other:7`.
final class NodePools {
    private static final String FLAG = "--node-pool-instances";

    private NodePools() {}

    static Map<String, Integer> parse(String command, String text) {
        var pools = new LinkedHashMap<String, Integer>();
        for (var item : text.split(",", -1)) {
            int colon = item.lastIndexOf(':');
            var name = colon < 0 ? "" : item.substring(0, colon).strip();
            if (name.isEmpty()) {
                throw Usage.invalid(command, FLAG, text, "node pools are like pool:3,other:7");
            }
            if (pools.put(name, count(command, text, item.substring(colon + 1).strip())) != null) {
                throw Usage.invalid(command, FLAG, text, "the pool %s is named twice".formatted(name));
            }
        }
        return pools;
    }

    private static int count(String command, String text, String number) {
        try {
            int count = Integer.parseInt(number);
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw Usage.invalid(command, FLAG, text, "the number of nodes must be a whole number");
        }
        throw Usage.invalid(command, FLAG, text, "the number of nodes must not be negative");
    }
}
