package org.openpks.api.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One line per action, for those who must know who did what. It holds no secret, and no control character of a
/// request.
public final class Audit {

    private static final Logger log = LoggerFactory.getLogger("org.openpks.api.audit");

    private Audit() {}

    /// Writes the line of one action.
    /// @param details keys and values by turns, shown after the cluster's name as `, KEY name: 'VALUE'` for a plan
    public static void log(String action, Caller caller, String cluster, Object... details) {
        var user = printable(caller.principal().name());
        var line = new StringBuilder(
                "Action '%s' by user '%s', cluster name: '%s'".formatted(action, user, printable(cluster)));
        var event = log.atInfo()
                .addKeyValue("action", action)
                .addKeyValue("user", user)
                .addKeyValue("user_kind", caller.principal().kind())
                .addKeyValue("cluster", printable(cluster));
        for (int i = 0; i + 1 < details.length; i += 2) {
            var value = printable(String.valueOf(details[i + 1]));
            line.append(", ")
                    .append(details[i])
                    .append(details[i].equals("plan") ? " name" : "")
                    .append(": '")
                    .append(value)
                    .append('\'');
            event = event.addKeyValue(String.valueOf(details[i]), value);
        }
        event.log(line.toString());
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
