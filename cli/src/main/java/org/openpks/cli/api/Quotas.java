package org.openpks.cli.api;

import java.util.LinkedHashMap;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;

/// What owners may use, and what they use.
public final class Quotas {
    private static final String QUOTAS = "/v1/quotas";
    private static final String USAGES = "/v1/usages";

    private final ApiClient client;

    Quotas(ApiClient client) {
        this.client = client;
    }

    public Json all() {
        return client.list(QUOTAS);
    }

    public Json get(String owner) {
        return client.object("GET", path(QUOTAS, owner), null, () -> unknown(owner));
    }

    /// @param limit the fields `cpu`, `memory` and `cluster`, as the API takes them
    public void create(String owner, Json limit) {
        client.order("POST", QUOTAS, quota(owner, limit));
    }

    /// @param limit the whole limit
    public void update(String owner, Json limit) {
        client.order("PATCH", path(QUOTAS, owner), quota(owner, limit), () -> unknown(owner));
    }

    public void delete(String owner) {
        client.order("DELETE", path(QUOTAS, owner), null, () -> unknown(owner));
    }

    public Json usages() {
        return client.list(USAGES);
    }

    public Json usage(String owner) {
        return client.object("GET", path(USAGES, owner), null, () -> unknown(owner));
    }

    private static Json quota(String owner, Json limit) {
        var quota = new LinkedHashMap<String, Object>();
        quota.put("owner", owner);
        quota.put("limit", limit);
        return Json.object(quota);
    }

    private static String path(String collection, String owner) {
        return collection + "/" + ApiClient.segment(owner).orElseThrow(() -> unknown(owner));
    }

    private static Failure unknown(String owner) {
        return new Failure("The quota owner named: \"%s\" not found.".formatted(owner));
    }
}
