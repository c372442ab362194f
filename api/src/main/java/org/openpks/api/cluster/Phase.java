package org.openpks.api.cluster;

import static java.util.Map.entry;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Where a cluster stands: its last action together with that action's state. [#NEXT] is the whole lifecycle.
public enum Phase {
    CREATING(Action.CREATE, "in progress"),
    CREATED(Action.CREATE, "succeeded"),
    CREATE_FAILED(Action.CREATE, "failed"),
    UPDATING(Action.UPDATE, "in progress"),
    UPDATED(Action.UPDATE, "succeeded"),
    UPDATE_FAILED(Action.UPDATE, "failed"),
    /// A task will upgrade it when its turn comes. When that never happens, it is again what it was before.
    UPGRADE_QUEUED(Action.UPGRADE, "queued"),
    UPGRADING(Action.UPGRADE, "in progress"),
    UPGRADED(Action.UPGRADE, "succeeded"),
    UPGRADE_FAILED(Action.UPGRADE, "failed"),
    DELETING(Action.DELETE, "in progress"),
    DELETE_FAILED(Action.DELETE, "failed"),
    /// The row is removed on the way here: nobody ever reads a cluster in this phase.
    GONE(Action.DELETE, "succeeded");

    /// Which phase may follow which. A delete may follow everything but itself, so that whatever is stuck can be
    /// cleaned up.
    static final Map<Phase, Set<Phase>> NEXT = Map.ofEntries(
            entry(CREATING, EnumSet.of(CREATED, CREATE_FAILED, DELETING)),
            entry(CREATED, EnumSet.of(UPDATING, UPGRADE_QUEUED, DELETING)),
            entry(CREATE_FAILED, EnumSet.of(DELETING)),
            entry(UPDATING, EnumSet.of(UPDATED, UPDATE_FAILED, DELETING)),
            entry(UPDATED, EnumSet.of(UPDATING, UPGRADE_QUEUED, DELETING)),
            entry(UPDATE_FAILED, EnumSet.of(UPDATING, UPGRADE_QUEUED, DELETING)),
            entry(
                    UPGRADE_QUEUED,
                    EnumSet.of(UPGRADING, DELETING, CREATED, UPDATED, UPDATE_FAILED, UPGRADED, UPGRADE_FAILED)),
            entry(UPGRADING, EnumSet.of(UPGRADED, UPGRADE_FAILED, DELETING)),
            entry(UPGRADED, EnumSet.of(UPDATING, UPGRADE_QUEUED, DELETING)),
            entry(UPGRADE_FAILED, EnumSet.of(UPDATING, UPGRADE_QUEUED, DELETING)),
            entry(DELETING, EnumSet.of(GONE, DELETE_FAILED)),
            entry(DELETE_FAILED, EnumSet.of(DELETING)),
            entry(GONE, EnumSet.noneOf(Phase.class)));

    private static final Set<Phase> USABLE =
            EnumSet.of(CREATED, UPDATING, UPDATED, UPDATE_FAILED, UPGRADE_QUEUED, UPGRADING, UPGRADED, UPGRADE_FAILED);

    private final Action action;
    private final String state;

    Phase(Action action, String state) {
        this.action = action;
        this.state = state;
    }

    public Action action() {
        return action;
    }

    /// `in progress`, `succeeded`, `failed` or `queued`.
    public String state() {
        return state;
    }

    public boolean mayBecome(Phase next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /// Whether an operation is running or about to run.
    public boolean busy() {
        return state.equals("in progress") || this == UPGRADE_QUEUED;
    }

    /// Whether the cluster's Kubernetes API may be expected to answer, so that credentials make sense.
    public boolean usable() {
        return USABLE.contains(this);
    }

    static Phase started(Action action) {
        return of(action, "in progress");
    }

    static Phase succeeded(Action action) {
        return of(action, "succeeded");
    }

    static Phase failed(Action action) {
        return of(action, "failed");
    }

    /// The phase that the API shows so.
    /// @param action the name of an [Action]
    public static Phase of(String action, String state) {
        return of(Action.valueOf(action), state);
    }

    static Phase of(Action action, String state) {
        for (var phase : values()) {
            if (phase.action == action && phase.state.equals(state)) {
                return phase;
            }
        }
        throw new IllegalArgumentException("no phase is " + action + " " + state);
    }
}
