package org.openpks.broker.instance;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.CertificateRotation;
import org.openpks.adapter.Plan;
import org.openpks.osb.MaintenanceInfo;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// An instance's latest operation, with all that is needed to start it again when no task was made yet.
/// @param contextId marks the operation's tasks at the Director
/// @param requestHash equal for equal requests
/// @param planId the plan that is wanted
/// @param previousPlanId the plan before
/// @param claim who hands its next task to the Director; absent when anyone may
/// @param description set when it ended
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Operation(
        OperationType type,
        State state,
        String contextId,
        String requestHash,
        String planId,
        @Nullable String previousPlanId,
        @Nullable Map<String, Object> context,
        @Nullable Map<String, Object> parameters,
        @Nullable MaintenanceInfo maintenanceInfo,
        List<Plan.Errand> errands,
        Instant startedAt,
        @Nullable Claim claim,
        @Nullable String description) {

    Operation {
        errands = errands == null ? List.of() : List.copyOf(errands);
    }

    /// A broker process says that it starts a task now. Of several processes only one can write it, so no task is
    /// started twice; others take over when it does not show for a while.
    /// @param step how many tasks came before
    /// @param owner the process
    record Claim(int step, String owner, Instant at) {}

    enum State {
        RUNNING("running"),
        SUCCEEDED("succeeded"),
        FAILED("failed");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @JsonValue
        String text() {
            return text;
        }

        @JsonCreator
        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /// The new certificates that it makes; empty when it is for something else.
    Optional<CertificateRotation> rotation() {
        return type == OperationType.UPDATE && parameters != null
                ? CertificateRotation.of(parameters)
                : Optional.empty();
    }

    /// How often it deploys, each time with all errands.
    int deploys() {
        return rotation().map(Rotation::deploys).orElse(1);
    }

    boolean running() {
        return state == State.RUNNING;
    }

    Operation claimed(Claim next) {
        return with(state, next, description);
    }

    Operation ended(State end, String sentence) {
        return with(end, claim, sentence);
    }

    Operation withParameters(@Nullable Map<String, Object> others) {
        return new Operation(
                type,
                state,
                contextId,
                requestHash,
                planId,
                previousPlanId,
                context,
                others,
                maintenanceInfo,
                errands,
                startedAt,
                claim,
                description);
    }

    private Operation with(State now, @Nullable Claim next, @Nullable String sentence) {
        return new Operation(
                type,
                now,
                contextId,
                requestHash,
                planId,
                previousPlanId,
                context,
                parameters,
                maintenanceInfo,
                errands,
                startedAt,
                next,
                sentence);
    }
}
