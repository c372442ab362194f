package org.openpks.api.settings;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How many nodes the pools of a cluster shall have.
public final class NodePools {

    private NodePools() {}

    /// Reads numbers of nodes by pool; whether a cluster has such pools is another question.
    /// @throws org.openpks.kernel.Fault naming the first that is wrong
    public static SortedMap<String, Integer> read(String path, @Nullable Map<String, @Nullable Integer> given) {
        var read = new TreeMap<String, Integer>();
        if (given != null) {
            given.forEach((pool, number) -> {
                if (number == null || number < 1) {
                    throw SettingsFault.invalid(path + "." + shortened(pool), "must be a whole number of at least 1");
                }
                read.put(pool, number);
            });
        }
        return read;
    }

    private static String shortened(String text) {
        var shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
