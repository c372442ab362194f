package org.openpks.uaa.user;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.scim.Attribute;
import org.openpks.uaa.scim.Attributes;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Repository
class JdbcUsers implements Users {

    private static final Attributes ATTRIBUTES = new Attributes(
            "created",
            Map.ofEntries(
                    Map.entry("id", Attribute.text("id")),
                    Map.entry("userName", Attribute.text("user_name")),
                    Map.entry("origin", Attribute.text("origin")),
                    Map.entry("externalId", Attribute.text("external_id")),
                    Map.entry("email", Attribute.text("email")),
                    Map.entry("emails", Attribute.text("email")),
                    Map.entry("emails.value", Attribute.text("email")),
                    Map.entry("givenName", Attribute.text("given_name")),
                    Map.entry("name.givenName", Attribute.text("given_name")),
                    Map.entry("familyName", Attribute.text("family_name")),
                    Map.entry("name.familyName", Attribute.text("family_name")),
                    Map.entry("phoneNumber", Attribute.text("phone_number")),
                    Map.entry("phoneNumbers.value", Attribute.text("phone_number")),
                    Map.entry("active", Attribute.bool("active")),
                    Map.entry("verified", Attribute.bool("verified")),
                    Map.entry("version", Attribute.number("version")),
                    Map.entry("meta.version", Attribute.number("version")),
                    Map.entry("created", Attribute.time("created_at")),
                    Map.entry("meta.created", Attribute.time("created_at")),
                    Map.entry("lastModified", Attribute.time("updated_at")),
                    Map.entry("meta.lastModified", Attribute.time("updated_at"))));

    private final JdbcClient jdbc;
    private final JsonMapper mapper;
    private final InstantSource clock;

    JdbcUsers(JdbcClient jdbc, JsonMapper mapper, InstantSource clock) {
        this.jdbc = jdbc;
        this.mapper = mapper;
        this.clock = clock;
    }

    @Override
    public Optional<User> findByName(String userName, String origin) {
        return jdbc.sql("select * from user_account where user_name = :name and origin = :origin")
                .param("name", userName)
                .param("origin", origin)
                .query((row, number) -> user(row))
                .optional();
    }

    @Override
    public Optional<User> find(String id) {
        return jdbc.sql("select * from user_account where id = :id")
                .param("id", id)
                .query((row, number) -> user(row))
                .optional();
    }

    @Override
    public Page<User> list(Query query) {
        return query.run(jdbc, "user_account", ATTRIBUTES, this::user);
    }

    @Override
    public boolean addIfMissing(User user) {
        return jdbc.sql("""
                        insert ignore into user_account (id, user_name, origin, password_hash, salt, email, given_name,
                            family_name, phone_number, external_id, active, verified, password_changed_at, external_groups,
                            created_at, updated_at)
                        values (:id, :name, :origin, :hash, :salt, :email, :givenName, :familyName, :phone, :externalId, :active,
                            :verified, :now, :externalGroups, :now, :now)
                        """)
                        .params(columns(user))
                        .param("origin", user.origin())
                        .param("hash", user.password().hash())
                        .param("salt", user.password().salt())
                        .param("externalGroups", mapper.writeValueAsString(user.externalGroups()))
                        .update()
                == 1;
    }

    @Override
    public boolean update(User user) {
        return jdbc.sql("""
                        update user_account set user_name = :name, email = :email, given_name = :givenName,
                            family_name = :familyName, phone_number = :phone, external_id = :externalId, active = :active,
                            verified = :verified, version = version + 1, updated_at = :now
                        where id = :id and version = :version
                        """)
                        .params(columns(user))
                        .param("version", user.version())
                        .update()
                == 1;
    }

    @Override
    public void changePassword(String id, String hash) {
        jdbc.sql("""
                        update user_account set password_hash = :hash, password_changed_at = :now,
                            password_change_required = false, version = version + 1, updated_at = :now
                        where id = :id
                        """).param("hash", hash).param("now", now()).param("id", id).update();
    }

    @Override
    public void requirePasswordChange(String id, boolean required) {
        jdbc.sql("update user_account set password_change_required = :required where id = :id")
                .param("required", required)
                .param("id", id)
                .update();
    }

    @Override
    public void storeExternal(String id, User.Profile profile, List<String> externalGroups) {
        jdbc.sql("""
                        update user_account set email = :email, given_name = :givenName, family_name = :familyName,
                            phone_number = :phone, external_id = :externalId, external_groups = :groups
                        where id = :id
                        """)
                .params(columns(profile))
                .param("groups", mapper.writeValueAsString(externalGroups))
                .param("id", id)
                .update();
    }

    @Override
    public void loggedOn(String id) {
        jdbc.sql("""
                        update user_account set previous_logon_at = last_logon_at, last_logon_at = :now where id = :id
                        """).param("now", now()).param("id", id).update();
    }

    @Override
    @Transactional
    public void revokeTokens(String id) {
        jdbc.sql("update user_account set salt = :salt where id = :id")
                .param("salt", UUID.randomUUID().toString())
                .param("id", id)
                .update();
        deleteTokens(id);
    }

    @Override
    @Transactional
    public void delete(String id) {
        deleteTokens(id);
        jdbc.sql("delete from group_member where member_id = :id")
                .param("id", id)
                .update();
        jdbc.sql("delete from user_account where id = :id").param("id", id).update();
    }

    private void deleteTokens(String id) {
        for (var table :
                List.of("refresh_token", "opaque_token", "authorization_code", "passcode", "browser_session")) {
            jdbc.sql("delete from " + table + " where user_id = :id")
                    .param("id", id)
                    .update();
        }
    }

    private Map<String, @Nullable Object> columns(User user) {
        var columns = columns(user.profile());
        columns.put("id", user.id());
        columns.put("name", user.userName());
        columns.put("active", user.active());
        columns.put("verified", user.verified());
        columns.put("now", now());
        return columns;
    }

    private static Map<String, @Nullable Object> columns(User.Profile profile) {
        var columns = new HashMap<String, @Nullable Object>();
        columns.put("email", profile.email());
        columns.put("givenName", stored(profile.givenName()));
        columns.put("familyName", stored(profile.familyName()));
        columns.put("phone", stored(profile.phoneNumber()));
        columns.put("externalId", stored(profile.externalId()));
        return columns;
    }

    private static @Nullable String stored(String text) {
        return text.isEmpty() ? null : text;
    }

    private User user(ResultSet row) throws SQLException {
        return new User(
                row.getString("id"),
                row.getString("user_name"),
                row.getString("origin"),
                new User.Profile(
                        row.getString("email"),
                        text(row, "given_name"),
                        text(row, "family_name"),
                        text(row, "phone_number"),
                        text(row, "external_id")),
                new User.Password(
                        row.getString("password_hash"),
                        row.getString("salt"),
                        time(row, "password_changed_at").orElse(Instant.EPOCH),
                        row.getBoolean("password_change_required")),
                row.getBoolean("active"),
                row.getBoolean("verified"),
                row.getInt("version"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                time(row, "last_logon_at"),
                time(row, "previous_logon_at"),
                mapper.readValue(row.getString("external_groups"), new TypeReference<List<String>>() {}));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
