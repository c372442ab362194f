package org.openpks.cli.api;

import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;

/// Upgrades of several clusters at once.
public final class Tasks {
    private static final String TASKS = "/v1/tasks";

    private final ApiClient client;

    Tasks(ApiClient client) {
        this.client = client;
    }

    /// The latest tasks, newest first, as the API sent them.
    public Json latest(int limit) {
        return client.list(TASKS + "?limit=" + limit);
    }

    /// One task, as the API sent it.
    public Json get(String id) {
        return client.object("GET", path(id), null, () -> unknown(id));
    }

    /// Starts an upgrade; it is under way when this returns.
    public Json upgrade(UpgradeOrder order) {
        return client.object("PATCH", "/v1/clusters", order.toJson());
    }

    /// Takes the clusters out whose upgrade has not begun.
    public Json cancel(String id) {
        return client.object("PUT", path(id), null, () -> unknown(id));
    }

    private static String path(String id) {
        return TASKS + "/" + ApiClient.segment(id).orElseThrow(() -> unknown(id));
    }

    private static Failure unknown(String id) {
        return new Failure("Task %s not found".formatted(id));
    }
}
