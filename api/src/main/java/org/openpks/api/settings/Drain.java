package org.openpks.api.settings;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a node is drained before it is changed or removed. All values are texts, on the wire and here.
public enum Drain {
    /// Minutes, 0 to 1440; 0 never gives up.
    TIMEOUT("kubelet_drain_timeout", "0"),
    /// Seconds, -1 to 86400; -1 is the pod's own.
    GRACE_PERIOD("kubelet_drain_grace_period", "10"),
    FORCE("kubelet_drain_force", "true"),
    IGNORE_DAEMONSETS("kubelet_drain_ignore_daemonsets", "true"),
    DELETE_LOCAL_DATA("kubelet_drain_delete_local_data", "true"),
    /// Ends pods that still run after the timeout, which must then be above 0.
    FORCE_NODE("kubelet_drain_force_node", "false");

    private static final int LONGEST_TIMEOUT = 1_440;
    private static final int LONGEST_GRACE = 86_400;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,6}");

    private final String field;
    private final String usual;

    Drain(String field, String usual) {
        this.field = field;
        this.usual = usual;
    }

    /// Its name in requests, answers and the broker's parameters.
    public String field() {
        return field;
    }

    /// What a plan has that says none of them.
    public static SortedMap<Drain, String> usually() {
        var all = new TreeMap<Drain, String>();
        for (var drain : values()) {
            all.put(drain, drain.usual);
        }
        return all;
    }

    /// Reads settings as a request has them: absent, null and empty ask for nothing.
    /// @param prefix what stands before the names in the body, with its dot
    /// @throws org.openpks.kernel.Fault naming the first that is wrong
    public static SortedMap<Drain, String> read(String prefix, Map<Drain, @Nullable String> given) {
        var read = new TreeMap<Drain, String>();
        given.forEach((drain, value) -> {
            if (value != null && !value.isEmpty()) {
                read.put(drain, drain.checked(prefix + drain.field, value));
            }
        });
        return read;
    }

    /// Checks what only holds between settings.
    /// @param effective every setting as it will be
    static void checkTogether(Map<Drain, String> effective) {
        if ("true".equals(effective.get(FORCE_NODE)) && "0".equals(effective.get(TIMEOUT))) {
            throw SettingsFault.invalid(
                    FORCE_NODE.field,
                    "needs a node drain timeout (%s) above 0, because it is about pods that still run after it"
                            .formatted(TIMEOUT.field));
        }
    }

    private String checked(String path, String value) {
        return switch (this) {
            case TIMEOUT -> number(path, value, 0, LONGEST_TIMEOUT, "minutes");
            case GRACE_PERIOD -> number(path, value, -1, LONGEST_GRACE, "seconds");
            case FORCE, IGNORE_DAEMONSETS, DELETE_LOCAL_DATA, FORCE_NODE -> {
                var lower = value.toLowerCase(Locale.ROOT);
                if (!lower.equals("true") && !lower.equals("false")) {
                    throw SettingsFault.invalid(path, "must be \"true\" or \"false\"");
                }
                yield lower;
            }
        };
    }

    private static String number(String path, String value, int least, int most, String unit) {
        if (NUMBER.matcher(value).matches()) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return Integer.toString(number);
            }
        }
        throw SettingsFault.invalid(
                path, "must be a whole number of %s from %d to %d, as a text".formatted(unit, least, most));
    }
}
