package org.openpks.broker.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.manifest.ManifestText;
import org.openpks.osb.MaintenanceInfo;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// What BOSH does not know of an instance. It is kept as a BOSH config beside the deployment.
/// @param provisionHash of the request that made it
/// @param parameters those that are in force: of the creation, overlaid by each update that succeeded
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
        boolean created,
        Operation operation) {

    InstanceRecord with(Operation next) {
        return new InstanceRecord(
                instanceId,
                serviceId,
                planId,
                organizationGuid,
                spaceGuid,
                context,
                parameters,
                maintenanceInfo,
                provisionHash,
                dashboardUrl,
                created,
                next);
    }

    InstanceRecord withDashboard(String url) {
        return new InstanceRecord(
                instanceId,
                serviceId,
                planId,
                organizationGuid,
                spaceGuid,
                context,
                parameters,
                maintenanceInfo,
                provisionHash,
                url,
                created,
                operation);
    }

    /// Whether a deployment of the manifest would leave everything as it is. After an operation that failed the
    /// machines may be half changed, so then it never does.
    boolean deploysTo(ManifestText manifest, ManifestText deployed) {
        return operation.state() == Operation.State.SUCCEEDED && manifest.text().equals(deployed.text());
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
        if (operation.parameters() != null) {
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
                true,
                ended);
    }
}
