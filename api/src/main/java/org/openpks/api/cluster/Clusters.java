package org.openpks.api.cluster;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Principal;
import org.openpks.api.plan.Software;
import org.openpks.api.profile.ComputeProfile;
import org.openpks.api.profile.ProfileReference;
import org.openpks.api.settings.ClusterSettings;
import org.openpks.api.storage.Columns;
import org.openpks.kernel.Fault;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The clusters' rows. Whoever changes a cluster in a transaction takes [#lock] first and touches its operations
/// after that, so that two changes wait for each other and never deadlock.
@Repository
public class Clusters {

    private static final String COLUMNS = """
            uuid, name, hostname, port, owner_kind, owner_name, plan_id, plan_name, workers, settings, last_action,
            last_action_state, last_action_description, master_ips, software_version, k8s_version, pks_version,
            kubernetes_profile, compute_profile, encryption_profile,
            (select k.name from kubernetes_profile k where k.uuid = cluster.kubernetes_profile) as kubernetes_profile_name,
            (select c.name from compute_profile c where c.uuid = cluster.compute_profile) as compute_profile_name,
            (select c.parameters from compute_profile c where c.uuid = cluster.compute_profile) as compute_parameters""";

    /// In characters, of which each may take four bytes of the column's 64 KiB.
    private static final int LONGEST_DESCRIPTION = 10_000;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    Clusters(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Adds a row.
    /// @throws Fault with [ClusterFault#NAME_TAKEN] or [ClusterFault#HOSTNAME_TAKEN]
    void insert(Cluster cluster) {
        var now = Columns.time(clock.instant());
        try {
            jdbc.sql("""
                    insert into cluster (uuid, name, hostname, port, owner_kind, owner_name, plan_id, plan_name, workers,
                        settings, kubernetes_profile, compute_profile, encryption_profile, last_action, last_action_state, last_action_description, master_ips, k8s_version, pks_version,
                        created_at, updated_at)
                    values (:uuid, :name, :hostname, :port, :ownerKind, :ownerName, :planId, :planName, :workers,
                        :settings, :kubernetes, :compute, :encryption, :action, :state, :description, :ips, :k8s, :pks, :now, :now)""")
                    .param("uuid", cluster.id().toString())
                    .param("name", cluster.name().value())
                    .param("hostname", cluster.host().value())
                    .param("port", cluster.port())
                    .param("ownerKind", Columns.kind(cluster.owner()))
                    .param("ownerName", cluster.owner().name())
                    .param("planId", cluster.planId())
                    .param("planName", cluster.planName())
                    .param("workers", cluster.workers())
                    .param("settings", cluster.settings().json())
                    .param("kubernetes", Columns.text(cluster.profiles().ids().kubernetes()))
                    .param("compute", Columns.text(cluster.profiles().ids().compute()))
                    .param("encryption", Columns.text(cluster.profiles().ids().encryption()))
                    .param("action", cluster.phase().action().name())
                    .param("state", cluster.phase().state())
                    .param("description", cluster.description())
                    .param("ips", String.join(",", cluster.masterIps()))
                    .param("k8s", cluster.k8sVersion())
                    .param("pks", cluster.pksVersion())
                    .param("now", now)
                    .update();
        } catch (DuplicateKeyException e) {
            throw taken(cluster, e);
        }
    }

    public Optional<Cluster> find(UUID id) {
        return jdbc.sql("select " + COLUMNS + " from cluster where uuid = :uuid")
                .param("uuid", id.toString())
                .query(Clusters::read)
                .optional();
    }

    /// The cluster of that name.
    /// @param name any text: one that is no cluster's name finds nothing
    public Optional<Cluster> find(String name) {
        return jdbc.sql("select " + COLUMNS + " from cluster where name = :name")
                .param("name", ascii(name))
                .query(Clusters::read)
                .optional();
    }

    /// In the order of their names.
    public List<Cluster> all() {
        return jdbc.sql("select " + COLUMNS + " from cluster order by name")
                .query(Clusters::read)
                .list();
    }

    /// In the order of their names.
    public List<Cluster> ownedBy(Principal owner) {
        return jdbc.sql("select " + COLUMNS
                        + " from cluster where owner_kind = :kind and owner_name = :owner order by name")
                .param("kind", Columns.kind(owner))
                .param("owner", owner.name())
                .query(Clusters::read)
                .list();
    }

    /// What counts for its owner's quota.
    /// @param before what a change that is under way may return to; the same as now while there is none
    record Allocated(ClusterName name, String owner, String planId, Shape now, Shape before) {}

    private static final String ALLOCATED = """
            select c.name, c.owner_name, c.plan_id,
                c.workers, c.settings, p.uuid as compute, p.name as compute_name, p.parameters as compute_parameters,
                o.id as operation, o.previous_workers, o.previous_settings,
                q.uuid as previous_compute, q.name as previous_compute_name, q.parameters as previous_compute_parameters
            from cluster c
                left join compute_profile p on p.uuid = c.compute_profile
                left join operation o on o.unfinished_cluster = c.uuid
                left join compute_profile q on q.uuid = o.previous_compute_profile""";

    /// In the order of their names.
    List<Allocated> allocated() {
        return jdbc.sql(ALLOCATED + " order by c.name")
                .query(Clusters::readAllocated)
                .list();
    }

    /// In the order of their names.
    List<Allocated> allocated(Principal owner) {
        return jdbc.sql(ALLOCATED + " where c.owner_kind = :kind and c.owner_name = :owner order by c.name")
                .param("kind", Columns.kind(owner))
                .param("owner", owner.name())
                .query(Clusters::readAllocated)
                .list();
    }

    private static Allocated readAllocated(ResultSet row, int number) throws SQLException {
        var now = shape(row, "workers", "settings", "compute");
        boolean changing = row.getString("operation") != null;
        return new Allocated(
                new ClusterName(row.getString("name")),
                row.getString("owner_name"),
                row.getString("plan_id"),
                now,
                changing ? shape(row, "previous_workers", "previous_settings", "previous_compute") : now);
    }

    private static Shape shape(ResultSet row, String workers, String settings, String compute) throws SQLException {
        var name = row.getString(compute + "_name");
        var parameters = row.getString(compute + "_parameters");
        return new Shape(
                row.getInt(workers),
                ClusterSettings.ofJson(row.getString(settings)).nodePoolInstances(),
                Columns.uuid(row.getString(compute)).map(id -> new ComputeProfile(id, name, parameters)));
    }

    /// Reads the row and keeps everyone else from changing it until the transaction ends.
    Optional<Cluster> lock(UUID id) {
        return jdbc.sql("select " + COLUMNS + " from cluster where uuid = :uuid for update")
                .param("uuid", id.toString())
                .query(Clusters::read)
                .optional();
    }

    /// What fits in a description; a broker's sentence may be of any length.
    static String fitting(String description) {
        return description.length() <= LONGEST_DESCRIPTION
                ? description
                : description.substring(0, LONGEST_DESCRIPTION) + "...";
    }

    void describe(UUID id, String description) {
        jdbc.sql("update cluster set last_action_description = :description, updated_at = :now where uuid = :uuid")
                .param("description", fitting(description))
                .param("now", Columns.time(clock.instant()))
                .param("uuid", id.toString())
                .update();
    }

    /// Moves a locked cluster to another phase.
    void move(Cluster cluster, Phase next, String description, List<String> masterIps) {
        if (!cluster.phase().mayBecome(next)) {
            throw new IllegalStateException("a cluster in " + cluster.phase() + " cannot become " + next);
        }
        jdbc.sql("""
                update cluster set last_action = :action, last_action_state = :state, last_action_description = :description,
                    master_ips = :ips, updated_at = :now where uuid = :uuid""")
                .param("action", next.action().name())
                .param("state", next.state())
                .param("description", fitting(description))
                .param("ips", String.join(",", masterIps))
                .param("now", Columns.time(clock.instant()))
                .param("uuid", cluster.id().toString())
                .update();
    }

    /// Notes what was asked for a locked cluster.
    void want(UUID id, int workers, ClusterSettings settings, ClusterProfiles.Ids profiles) {
        jdbc.sql("""
                update cluster set workers = :workers, settings = :settings, kubernetes_profile = :kubernetes,
                    compute_profile = :compute, encryption_profile = :encryption, updated_at = :now where uuid = :uuid""")
                .param("kubernetes", Columns.text(profiles.kubernetes()))
                .param("compute", Columns.text(profiles.compute()))
                .param("encryption", Columns.text(profiles.encryption()))
                .param("workers", workers)
                .param("settings", settings.json())
                .param("now", Columns.time(clock.instant()))
                .param("uuid", id.toString())
                .update();
    }

    /// Notes what a locked cluster's nodes run now.
    void runs(Cluster cluster, Software software, String pksVersion) {
        jdbc.sql(
                        "update cluster set software_version = :software, k8s_version = :k8s, pks_version = :pks, updated_at = :now"
                                + " where uuid = :uuid")
                .param("software", software.version())
                .param("k8s", software.kubernetes())
                .param("pks", pksVersion)
                .param("now", Columns.time(clock.instant()))
                .param("uuid", cluster.id().toString())
                .update();
    }

    /// Moves a locked cluster to the end of an upgrade that others carried out.
    void upgradedByOthers(Cluster cluster) {
        jdbc.sql(
                        "update cluster set last_action = :action, last_action_state = :state, last_action_description = :description"
                                + " where uuid = :uuid")
                .param("action", Phase.UPGRADED.action().name())
                .param("state", Phase.UPGRADED.state())
                .param("description", Action.UPGRADE.words() + " completed")
                .param("uuid", cluster.id().toString())
                .update();
    }

    /// Removes the row with its operations and bindings.
    void remove(UUID id) {
        jdbc.sql("delete from cluster where uuid = :uuid")
                .param("uuid", id.toString())
                .update();
    }

    private static Fault taken(Cluster cluster, DuplicateKeyException cause) {
        if (String.valueOf(cause.getMessage()).contains("cluster_hostname")) {
            return new Fault(
                    ClusterFault.HOSTNAME_TAKEN,
                    "The external hostname '%s' is taken by another cluster. Please choose another one."
                            .formatted(cluster.host()),
                    "hostname=" + cluster.host(),
                    cause);
        }
        return new Fault(
                ClusterFault.NAME_TAKEN,
                "A cluster named '%s' exists already. Please choose another name.".formatted(cluster.name()),
                "name=" + cluster.name(),
                cause);
    }

    /// The column holds ASCII; a text with other characters is compared as one that no name can equal.
    private static String ascii(String name) {
        return name.chars().allMatch(character -> character < 128) ? name : "";
    }

    private static ClusterProfiles profiles(ResultSet row) throws SQLException {
        var kubernetesName = row.getString("kubernetes_profile_name");
        var computeName = row.getString("compute_profile_name");
        var computeParameters = row.getString("compute_parameters");
        return new ClusterProfiles(
                Columns.uuid(row.getString("kubernetes_profile")).map(id -> new ProfileReference(id, kubernetesName)),
                Columns.uuid(row.getString("compute_profile"))
                        .map(id -> new ComputeProfile(id, computeName, computeParameters)),
                Columns.uuid(row.getString("encryption_profile")));
    }

    private static Cluster read(ResultSet row, int number) throws SQLException {
        var ips = row.getString("master_ips");
        return new Cluster(
                UUID.fromString(row.getString("uuid")),
                new ClusterName(row.getString("name")),
                new ExternalHost(row.getString("hostname")),
                row.getInt("port"),
                Columns.principal(row.getString("owner_kind"), row.getString("owner_name")),
                row.getString("plan_id"),
                row.getString("plan_name"),
                row.getInt("workers"),
                ClusterSettings.ofJson(row.getString("settings")),
                profiles(row),
                Phase.of(Action.valueOf(row.getString("last_action")), row.getString("last_action_state")),
                row.getString("last_action_description"),
                ips.isEmpty() ? List.of() : List.of(ips.split(",")),
                Optional.ofNullable(row.getString("software_version")),
                row.getString("k8s_version"),
                row.getString("pks_version"));
    }
}
