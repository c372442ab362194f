package org.openpks.director.deployment;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The arguments of the task types that this package does, as they are stored with the task. Callers build one of
/// the records and store [#toJson(Object)].
public final class DeploymentTasks {

    /// Deploy, also for `PUT jobs?state=`.
    public static final String UPDATE_DEPLOYMENT = "update_deployment";

    public static final String DELETE_DEPLOYMENT = "delete_deployment";
    public static final String RUN_ERRAND = "run_errand";

    /// Start, stop, restart or recreate of one instance without touching the others.
    public static final String UPDATE_INSTANCE = "update_instance";

    /// The health monitor's call: boots machines again that do not run any more.
    public static final String SCAN_AND_FIX = "cck_scan_and_fix";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private DeploymentTasks() {}

    public static JsonNode toJson(Object arguments) {
        return JSON.valueToTree(arguments);
    }

    static <T> T fromJson(JsonNode arguments, Class<T> type) {
        return JSON.treeToValue(arguments, type);
    }

    /// @param manifest the text as it came; empty = the one of the last successful deploy
    /// @param cloudConfigIds the configurations to use; empty = the newest (for a stored manifest too)
    public record Update(
            String deployment,
            Optional<String> manifest,
            List<Long> cloudConfigIds,
            Options options,
            Optional<StateChange> state) {}

    /// The query of POST /deployments and PUT jobs.
    /// @param skipDrain `*`, or groups and `group/uuid` with commas
    /// @param canaries a count or a percentage, replacing the manifest's; so maxInFlight
    public record Options(
            boolean recreate,
            boolean fix,
            boolean dryRun,
            Optional<String> skipDrain,
            Optional<String> canaries,
            Optional<String> maxInFlight) {

        public static Options none() {
            return new Options(false, false, false, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /// @param group a group's name, or `*` for all
    /// @param instance an index or uuid; empty = all of the group
    /// @param target started, stopped, detached, restart or recreate
    public record StateChange(String group, Optional<String> instance, String target) {}

    public record Delete(String deployment, boolean force) {}

    /// @param instances filters; empty = all matching instances
    public record Errand(
            String deployment, String errand, boolean keepAlive, boolean whenChanged, List<Target> instances) {}

    /// @param id uuid, index or `first`; empty = the whole group
    public record Target(String group, Optional<String> id) {}

    public record ScanAndFix(String deployment) {}

    /// @param action start, stop, restart or recreate
    /// @param hard with stop: the machine goes too
    public record InstanceAction(
            String deployment, String group, String instance, String action, boolean skipDrain, boolean hard) {}
}
