package org.openpks.broker.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.manifest.ManifestText;
import org.openpks.osb.MaintenanceInfo;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// What BOSH does not know of an instance. It is kept as a BOSH config beside the deployment.
/// @param provisionHash of the request that made it
/// @param parameters those that are in force: of the creation, overlaid by each update that succeeded
/// @param labels what the adapter wants platforms to know of the instance
/// @param created whether its creation ever succeeded
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record InstanceRecord(
        String instanceId,
        String serviceId,
        String planId,
        @Nullable String organizationGuid,
        @Nullable String spaceGuid,
        @Nullable Map<String, Object> context,
        @Nullable Map<String, Object> parameters,
        @Nullable MaintenanceInfo maintenanceInfo,
        @Nullable String provisionHash,
        @Nullable String dashboardUrl,
        @Nullable Map<String, String> labels,
        boolean created,
        Operation operation) {

    InstanceRecord with(Operation next) {
        return with(next, context, dashboardUrl, labels);
    }

    InstanceRecord withContext(@Nullable Map<String, Object> next) {
        return with(operation, next == null ? context : next, dashboardUrl, labels);
    }

    /// What an adapter says of a new instance.
    InstanceRecord described(Optional<String> dashboard, Map<String, String> newLabels) {
        return with(operation, context, dashboard.orElse(null), newLabels);
    }

    private InstanceRecord with(
            Operation nextOperation,
            @Nullable Map<String, Object> nextContext,
            @Nullable String nextDashboard,
            @Nullable Map<String, String> nextLabels) {
        return new InstanceRecord(
                instanceId,
                serviceId,
                planId,
                organizationGuid,
                spaceGuid,
                nextContext,
                parameters,
                maintenanceInfo,
                provisionHash,
                nextDashboard,
                nextLabels,
                created,
                nextOperation);
    }

    /// The same with parameters that are secrets named by their references: what the adapter gave the broker to keep
    /// does not lie in a config too.
    /// @param secrets values by name
    InstanceRecord referring(Map<String, Object> secrets) {
        var references = new HashMap<Object, String>();
        secrets.forEach((name, value) -> {
            if (value instanceof String) {
                references.put(value, ManifestText.brokerSecret(name));
            }
        });
        return references.isEmpty()
                ? this
                : new InstanceRecord(
                        instanceId,
                        serviceId,
                        planId,
                        organizationGuid,
                        spaceGuid,
                        context,
                        referring(parameters, references),
                        maintenanceInfo,
                        provisionHash,
                        dashboardUrl,
                        labels,
                        created,
                        operation.withParameters(referring(operation.parameters(), references)));
    }

    private static @Nullable Map<String, Object> referring(
            @Nullable Map<String, Object> values, Map<Object, String> references) {
        if (values == null) {
            return null;
        }
        var result = new LinkedHashMap<String, Object>();
        values.forEach((name, value) -> result.put(name, referringValue(value, references)));
        return result;
    }

    private static Object referringValue(Object value, Map<Object, String> references) {
        return switch (value) {
            case Map<?, ?> map -> {
                var result = new LinkedHashMap<Object, Object>();
                map.forEach((name, item) -> result.put(name, item == null ? null : referringValue(item, references)));
                yield result;
            }
            case List<?> list -> {
                var result = new ArrayList<Object>();
                list.forEach(item -> result.add(item == null ? null : referringValue(item, references)));
                yield result;
            }
            default -> references.getOrDefault(value, null) instanceof String reference ? reference : value;
        };
    }

    Accepted.Done done() {
        return new Accepted.Done(Optional.ofNullable(dashboardUrl), labels == null ? Map.of() : labels);
    }

    Accepted.Running running(long task) {
        var data = OperationData.of(Math.max(0, task), operation);
        return new Accepted.Running(data.text(), Optional.ofNullable(dashboardUrl), labels == null ? Map.of() : labels);
    }

    /// Whether a deployment of the manifest would leave everything as it is; how fast it might change it does not
    /// matter. After an operation that failed the machines may be half changed, so then it never does.
    boolean deploysTo(ManifestText manifest, ManifestText deployed) {
        return operation.state() == Operation.State.SUCCEEDED && manifest.sameButForUpdate(deployed);
    }

    /// Whether the latest operation is an upgrade that did not come to its end.
    boolean upgradeFailed() {
        return operation.type() == OperationType.UPGRADE && operation.state() == Operation.State.FAILED;
    }

    /// The operation succeeded: what it asked for is in force now.
    InstanceRecord applied(String sentence) {
        var ended = operation.ended(Operation.State.SUCCEEDED, sentence);
        var merged = new LinkedHashMap<String, Object>();
        if (parameters != null) {
            merged.putAll(parameters);
        }
        // New certificates are an act and nothing that is in force.
        if (operation.parameters() != null && operation.rotation().isEmpty()) {
            merged.putAll(operation.parameters());
        }
        return new InstanceRecord(
                instanceId,
                serviceId,
                operation.planId(),
                organizationGuid,
                spaceGuid,
                operation.context() == null ? context : operation.context(),
                merged,
                operation.maintenanceInfo() == null ? maintenanceInfo : operation.maintenanceInfo(),
                provisionHash,
                dashboardUrl,
                labels,
                true,
                ended);
    }
}
