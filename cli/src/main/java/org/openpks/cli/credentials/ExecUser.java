package org.openpks.cli.credentials;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.command.Context;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.ApiAddress;

/// A user of a kubeconfig whose tokens kubectl gets from `pks exec-credential` (client-go's credential plugins,
/// `client.authentication.k8s.io/v1`), so that the file holds no secret.
final class ExecUser {
    static final String API_VERSION = "client.authentication.k8s.io/v1";

    private ExecUser() {}

    /// The kubeconfig with its user replaced. The user is named after the person and the PKS API, so that it stays
    /// the same when the account behind it changes.
    static Json in(Json kubeconfig, ApiAddress api, ClusterName cluster, String person, Context context) {
        var users = kubeconfig.at("users").items();
        var contexts = kubeconfig.at("contexts").items();
        if (users.size() != 1 || contexts.size() != 1) {
            throw new Failure("The PKS API sent credentials that are not a kubeconfig.");
        }
        var name = Json.string("%s@%s@%s".formatted(person, cluster, api.display()));
        var entry = contexts.getFirst();
        return kubeconfig
                .with(
                        "contexts",
                        Json.array(List.of(
                                entry.with("context", entry.at("context").with("user", name)))))
                .with(
                        "users",
                        Json.array(
                                List.of(Json.object(Map.of("name", name)).with("user", user(api, cluster, context)))));
    }

    private static Json user(ApiAddress api, ClusterName cluster, Context context) {
        var exec = new LinkedHashMap<String, Object>();
        exec.put("apiVersion", API_VERSION);
        exec.put("command", context.program());
        exec.put(
                "args",
                Json.array(List.of(
                        Json.string("exec-credential"),
                        Json.string(cluster.value()),
                        Json.string("--api"),
                        Json.string(api.uri().toString()))));
        context.variable("PKS_HOME")
                .ifPresent(home -> exec.put(
                        "env",
                        Json.array(List.of(Json.object(Map.of("name", "PKS_HOME"))
                                .with(
                                        "value",
                                        Json.string(context.sessionFile()
                                                .folder()
                                                .toAbsolutePath()
                                                .toString()))))));
        exec.put("interactiveMode", "Never");
        exec.put("provideClusterInfo", false);
        return Json.object(Map.of("exec", Json.object(exec)));
    }
}
