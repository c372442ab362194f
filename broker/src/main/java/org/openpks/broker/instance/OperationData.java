package org.openpks.broker.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.Plan;
import org.openpks.osb.OsbJson;
import tools.jackson.core.JacksonException;

/// The operation string that goes to the platform and comes back with each poll, in the On-Demand Broker's form.
/// @param contextId finds the operation's tasks
/// @param deploys how often it deploys; absent for once
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record OperationData(
        @JsonProperty("BoshTaskID") long boshTaskId,
        @JsonProperty("BoshContextID") @Nullable String contextId,
        @JsonProperty("OperationType") OperationType type,

        @JsonProperty("PostDeployErrand") @JsonInclude(JsonInclude.Include.ALWAYS)
        Map<String, Object> postDeploy,

        @JsonProperty("PreDeleteErrand") @JsonInclude(JsonInclude.Include.ALWAYS)
        Map<String, Object> preDelete,

        @JsonProperty("Errands") @Nullable List<ErrandData> errands,
        @JsonProperty("Deploys") @Nullable Integer deploys) {

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ErrandData(
            @JsonProperty("Name") String name,
            @JsonProperty("Instances") @Nullable List<String> instances) {
        Plan.Errand errand() {
            return new Plan.Errand(name, instances == null ? List.of() : instances);
        }
    }

    static OperationData of(long task, Operation operation) {
        return new OperationData(
                task,
                operation.contextId(),
                operation.type(),
                Map.of(),
                Map.of(),
                operation.errands().stream()
                        .map(errand -> new ErrandData(errand.name(), errand.instances()))
                        .toList(),
                operation.deploys() == 1 ? null : operation.deploys());
    }

    int plannedDeploys() {
        return deploys == null ? 1 : deploys;
    }

    String text() {
        return OsbJson.MAPPER.writeValueAsString(this);
    }

    List<Plan.Errand> plannedErrands() {
        return errands == null
                ? List.of()
                : errands.stream().map(ErrandData::errand).toList();
    }

    /// Empty for a string that is not ours; then the latest operation is meant.
    static Optional<OperationData> parse(String text) {
        try {
            var data = OsbJson.MAPPER.readValue(text, OperationData.class);
            return data == null || data.type() == null ? Optional.empty() : Optional.of(data);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
