package org.openpks.api.profile;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.ApiSettings;
import org.openpks.api.access.Principal;
import org.openpks.api.storage.Columns;
import org.openpks.kernel.Sealer;
import org.openpks.osb.OsbJson;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The rows of kubernetes profiles. What they hold is sealed, because files may be secret.
@Repository
class KubernetesProfiles {

    private static final String SELECT =
            "select uuid, name, description, owner_kind, owner_name, content, created_at from kubernetes_profile";

    private final JdbcClient jdbc;
    private final Sealer sealer;

    KubernetesProfiles(JdbcClient jdbc, ApiSettings settings) {
        this.jdbc = jdbc;
        this.sealer = new Sealer(settings.encryptionKey());
    }

    private record Content(
            List<Customization> customizations,

            @JsonProperty("experimental_customizations") List<Customization> experimental) {}

    /// Adds a row.
    /// @throws org.springframework.dao.DuplicateKeyException when the name is taken
    void insert(KubernetesProfile profile) {
        var id = profile.id().toString();
        var content = OsbJson.MAPPER.writeValueAsString(new Content(profile.customizations(), profile.experimental()));
        jdbc.sql("""
                insert into kubernetes_profile (uuid, name, description, owner_kind, owner_name, content, created_at)
                values (:id, :name, :description, :ownerKind, :ownerName, :content, :created)""")
                .param("id", id)
                .param("name", profile.name())
                .param("description", profile.description())
                .param("ownerKind", Columns.kind(profile.owner()))
                .param("ownerName", profile.owner().name())
                .param("content", sealer.seal(content, context(id)))
                .param("created", Columns.time(profile.createdAt()))
                .update();
    }

    /// In the order of their names.
    List<KubernetesProfile> all() {
        return jdbc.sql(SELECT + " order by name").query(this::read).list();
    }

    /// In the order of their names.
    List<KubernetesProfile> ownedBy(Principal owner) {
        return jdbc.sql(SELECT + " where owner_kind = :kind and owner_name = :name order by name")
                .param("kind", Columns.kind(owner))
                .param("name", owner.name())
                .query(this::read)
                .list();
    }

    Optional<KubernetesProfile> find(String name) {
        return jdbc.sql(SELECT + " where name = :name")
                .param("name", name)
                .query(this::read)
                .optional();
    }

    Optional<KubernetesProfile> find(UUID id) {
        return jdbc.sql(SELECT + " where uuid = :id")
                .param("id", id.toString())
                .query(this::read)
                .optional();
    }

    /// Reads the row and keeps it from being deleted until the transaction ends.
    Optional<KubernetesProfile> keep(String name) {
        return jdbc.sql(SELECT + " where name = :name lock in share mode")
                .param("name", name)
                .query(this::read)
                .optional();
    }

    /// Keeps everybody else from using the profile until the transaction ends.
    void lock(UUID id) {
        jdbc.sql("select 1 from kubernetes_profile where uuid = :id for update")
                .param("id", id.toString())
                .query(Integer.class)
                .optional();
    }

    /// A cluster that uses a profile.
    record User(String cluster, Principal owner) {}

    /// The clusters that have it, whose data may be encrypted by it, or that return to it when their update fails; by
    /// name.
    List<User> users(UUID id) {
        return jdbc.sql("""
                select name, owner_kind, owner_name from cluster
                    where kubernetes_profile = :id or encryption_profile = :id
                union select c.name, c.owner_kind, c.owner_name
                    from operation o join cluster c on c.uuid = o.unfinished_cluster
                    where o.previous_kubernetes_profile = :id or o.previous_encryption_profile = :id
                order by 1""")
                .param("id", id.toString())
                .query((row, number) -> new User(
                        row.getString("name"),
                        Columns.principal(row.getString("owner_kind"), row.getString("owner_name"))))
                .list();
    }

    void delete(UUID id) {
        jdbc.sql("delete from kubernetes_profile where uuid = :id")
                .param("id", id.toString())
                .update();
    }

    private static String context(String id) {
        return "kubernetes-profile/" + id;
    }

    private KubernetesProfile read(ResultSet row, int number) throws SQLException {
        var id = row.getString("uuid");
        var content = OsbJson.MAPPER.readValue(sealer.open(row.getString("content"), context(id)), Content.class);
        return new KubernetesProfile(
                UUID.fromString(id),
                row.getString("name"),
                row.getString("description"),
                Columns.principal(row.getString("owner_kind"), row.getString("owner_name")),
                Objects.requireNonNull(Columns.instant(row.getObject("created_at", LocalDateTime.class))),
                content.customizations(),
                content.experimental());
    }
}
