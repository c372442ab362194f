package org.openpks.cli.api;

import java.util.List;
import org.openpks.cli.json.Json;

/// What happened in a cluster's operation since the last look.
/// @param operation `CREATE`, `UPDATE`, `UPGRADE` or `DELETE`
/// @param over the operation has succeeded or failed
/// @param next where the next look continues
public record Progress(String operation, boolean over, List<Step> steps, long next) {
    static Progress of(Json json, long since) {
        var state = json.text("state");
        return new Progress(
                json.text("operation"),
                state.equalsIgnoreCase("succeeded") || state.equalsIgnoreCase("failed"),
                json.at("steps").items().stream().map(Step::of).toList(),
                json.number("next", since));
    }
}
