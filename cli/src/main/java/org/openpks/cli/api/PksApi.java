package org.openpks.cli.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.Bearer;

/// The PKS API of the current session: clusters and plans here, the rest behind [#profiles], [#tasks] and
/// [#quotas]. Every refusal becomes a [Failure] with the API's own sentence where it has one.
public final class PksApi {
    private static final String CLUSTERS = "/v1/clusters";

    private final ApiClient client;

    public PksApi(Bearer bearer) {
        this.client = new ApiClient(bearer);
    }

    public Profiles profiles(Profiles.Kind kind) {
        return new Profiles(client, kind);
    }

    public Tasks tasks() {
        return new Tasks(client);
    }

    public Quotas quotas() {
        return new Quotas(client);
    }

    /// All plans, as the API sent them.
    public Json plansJson() {
        return client.list("/v1/plans");
    }

    public static List<Plan> plans(Json json) {
        return json.items().stream().map(Plan::of).toList();
    }

    /// All clusters the user may see, as the API sent them.
    public Json clustersJson() {
        return client.list(CLUSTERS);
    }

    public static List<Cluster> clusters(Json json) {
        return json.items().stream().map(Cluster::of).toList();
    }

    /// The cluster; fails when there is none of that name.
    public Cluster cluster(ClusterName name) {
        return findCluster(name).orElseThrow(() -> unknown(name));
    }

    /// The cluster, or nothing when there is none of that name.
    public Optional<Cluster> findCluster(ClusterName name) {
        return name.isAddressable() ? client.find(path(name)).map(Cluster::of) : Optional.empty();
    }

    /// The cluster with its network's and kubelets' settings.
    public Cluster details(ClusterName name) {
        known(name);
        return client.find("/v1/clusterdetails/" + name).map(Cluster::of).orElseThrow(() -> unknown(name));
    }

    /// The steps of the cluster's last operation since a position; nothing when the cluster is gone or the API is
    /// too old to tell.
    public Optional<Progress> progress(ClusterName name, long since) {
        return client.findIfKnown(path(name) + "/steps?since=" + since).map(json -> Progress.of(json, since));
    }

    /// Orders a cluster; it is being made when this returns.
    public Cluster create(ClusterOrder order) {
        return Cluster.of(client.object("POST", CLUSTERS, order.toJson()));
    }

    /// Changes a cluster's settings; the change is under way when this returns.
    public void update(ClusterName name, ClusterSettings change) {
        client.order("PATCH", known(name), change.toChange(), missing(name));
    }

    /// Upgrades a cluster; the upgrade is under way when this returns. Returns the task as the API sent it.
    public Json upgrade(ClusterName name) {
        known(name);
        return tasks().upgrade(new UpgradeOrder(List.of(name), List.of(), Optional.empty()));
    }

    /// Deletes a cluster; the deletion is under way when this returns.
    public void delete(ClusterName name) {
        client.order("DELETE", known(name), null, missing(name));
    }

    /// Makes administrator's credentials for the cluster: a kubeconfig as JSON.
    public Json bind(ClusterName name) {
        return client.object("POST", known(name) + "/binds", Json.object(Map.of()), missing(name));
    }

    /// A kubeconfig for a user, without any rights in the cluster.
    public Json kubeconfig(ClusterName name, String user) {
        var bind = known(name) + "/binds/" + ApiClient.segment(user).orElseThrow(() -> unknown(name));
        return client.object("GET", bind + "?suppressClusterRoleBinding=true", null, missing(name));
    }

    /// The certificates in the cluster that end within so many days, as the API sent them.
    public Json certificates(ClusterName name, int days) {
        return client.list(known(name) + "/certificates?days=" + days, missing(name));
    }

    /// Makes new certificates; the change is under way when this returns.
    /// @param all new authorities too
    public Cluster rotateCertificates(ClusterName name, boolean all) {
        var body = Json.object(Map.of("scope", all ? "all" : "leaf"));
        return Cluster.of(client.object("POST", known(name) + "/certificates/rotate", body, missing(name)));
    }

    private static String path(ClusterName name) {
        return CLUSTERS + "/" + name;
    }

    private static String known(ClusterName name) {
        if (!name.isAddressable()) {
            throw unknown(name);
        }
        return path(name);
    }

    private static Supplier<Failure> missing(ClusterName name) {
        return () -> unknown(name);
    }

    private static Failure unknown(ClusterName name) {
        return new Failure("Cluster %s not found".formatted(name));
    }
}
