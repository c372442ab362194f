package org.openpks.api.profile;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.storage.Columns;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The rows of network and compute profiles.
@Repository
class SharedProfiles {

    private static final String SELECT = "select uuid, name, description, parameters from ";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    SharedProfiles(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Adds a row.
    /// @throws org.springframework.dao.DuplicateKeyException when the name is taken
    void insert(SharedProfile.Kind kind, SharedProfile profile) {
        jdbc.sql(
                        "insert into " + kind.table()
                                + " (uuid, name, description, parameters, created_at) values (:id, :name, :description, :parameters, :now)")
                .param("id", profile.id().toString())
                .param("name", profile.name())
                .param("description", profile.description())
                .param("parameters", profile.parameters())
                .param("now", Columns.time(clock.instant()))
                .update();
    }

    /// In the order of their names.
    List<SharedProfile> all(SharedProfile.Kind kind) {
        return jdbc.sql(SELECT + kind.table() + " order by name")
                .query(SharedProfiles::read)
                .list();
    }

    Optional<SharedProfile> find(SharedProfile.Kind kind, String name) {
        return jdbc.sql(SELECT + kind.table() + " where name = :name")
                .param("name", name)
                .query(SharedProfiles::read)
                .optional();
    }

    /// Reads the row and keeps it from being deleted until the transaction ends.
    Optional<SharedProfile> keep(SharedProfile.Kind kind, String name) {
        return jdbc.sql(SELECT + kind.table() + " where name = :name lock in share mode")
                .param("name", name)
                .query(SharedProfiles::read)
                .optional();
    }

    /// Keeps everybody else from using the profile until the transaction ends.
    void lock(SharedProfile.Kind kind, UUID id) {
        jdbc.sql("select 1 from " + kind.table() + " where uuid = :id for update")
                .param("id", id.toString())
                .query(Integer.class)
                .optional();
    }

    /// The clusters that have it, or that return to it when their update fails, by name. No cluster has a network
    /// profile.
    List<String> users(SharedProfile.Kind kind, UUID id) {
        return switch (kind) {
            case NETWORK -> List.of();
            case COMPUTE ->
                jdbc.sql("""
                    select name from cluster where compute_profile = :id
                    union select c.name from operation o join cluster c on c.uuid = o.unfinished_cluster
                        where o.previous_compute_profile = :id
                    order by 1""").param("id", id.toString()).query(String.class).list();
        };
    }

    void delete(SharedProfile.Kind kind, UUID id) {
        jdbc.sql("delete from " + kind.table() + " where uuid = :id")
                .param("id", id.toString())
                .update();
    }

    private static SharedProfile read(ResultSet row, int number) throws SQLException {
        return new SharedProfile(
                UUID.fromString(row.getString("uuid")),
                row.getString("name"),
                row.getString("description"),
                row.getString("parameters"));
    }
}
