package org.openpks.cli.quota;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.command.Usage;
import org.openpks.cli.json.Json;
import picocli.CommandLine.Option;

/// The flags that say how much an owner may use.
final class Limit {
    @Option(names = "--cpu", paramLabel = "int", description = "CPUs of all nodes together; 0 forbids clusters")
    @Nullable
    Integer cpu;

    @Option(names = "--memory", paramLabel = "float", description = "Memory of all nodes together, in GB")
    @Nullable
    BigDecimal memory;

    @Option(names = "--cluster", paramLabel = "int", description = "Number of clusters, at least 1")
    @Nullable
    Integer cluster;

    /// The present limit with what was given.
    Json over(String command, Json present) {
        var limit = new LinkedHashMap<String, Object>(present.fields());
        if (cpu != null) {
            limit.put("cpu", cpu);
        }
        if (memory != null) {
            limit.put("memory", memory);
        }
        if (cluster != null) {
            limit.put("cluster", cluster);
        }
        if (cpu == null && memory == null && cluster == null) {
            throw Usage.wrong(command, "no limit is given: give at least one of --cpu, --memory and --cluster");
        }
        return Json.object(limit);
    }
}
