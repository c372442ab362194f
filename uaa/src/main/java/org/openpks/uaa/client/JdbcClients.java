package org.openpks.uaa.client;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.scim.Attribute;
import org.openpks.uaa.scim.Attributes;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Repository
class JdbcClients implements Clients {

    private static final Attributes ATTRIBUTES = new Attributes(
            "client_id",
            Map.of(
                    "client_id", Attribute.text("client_id"),
                    "name", Attribute.text("name"),
                    "scope", Attribute.text("scopes"),
                    "authorities", Attribute.text("authorities"),
                    "authorized_grant_types", Attribute.text("grant_types"),
                    "redirect_uri", Attribute.text("redirect_uris"),
                    "resource_ids", Attribute.text("resource_ids"),
                    "access_token_validity", Attribute.number("access_token_validity"),
                    "refresh_token_validity", Attribute.number("refresh_token_validity"),
                    "lastmodified", Attribute.time("updated_at")));

    private static final int REMEMBERED = 1_000;

    private final JdbcClient jdbc;
    private final JsonMapper mapper;
    private final InstantSource clock;
    private final Map<String, List<String>> parsed = new ConcurrentHashMap<>();

    JdbcClients(JdbcClient jdbc, JsonMapper mapper, InstantSource clock) {
        this.jdbc = jdbc;
        this.mapper = mapper;
        this.clock = clock;
    }

    /// The database takes `pks_cli` and `pks_cli ` for one.
    @Override
    public Optional<Client> find(String id) {
        return jdbc.sql("select * from client where client_id = :id")
                .param("id", id)
                .query((row, number) -> client(row))
                .optional()
                .filter(client -> client.id().equals(id));
    }

    @Override
    public Page<Client> list(Query query) {
        return query.run(jdbc, "client", ATTRIBUTES, this::client);
    }

    @Override
    public boolean addIfMissing(Client client) {
        return jdbc.sql("""
                        insert ignore into client (client_id, name, secret_hash, second_secret_hash, grant_types, scopes,
                            authorities, redirect_uris, resource_ids, auto_approve, allowed_providers, required_user_groups,
                            allow_public, access_token_validity, refresh_token_validity, token_salt, created_with, created_by,
                            show_on_home_page, app_launch_url, app_icon, created_at, updated_at)
                        values (:id, :name, :firstSecret, :secondSecret, :grantTypes, :scopes, :authorities, :redirectUris,
                            :resourceIds, :autoApprove, :providers, :groups, :allowPublic, :access, :refresh, :salt, :createdWith,
                            :createdBy, :showOnHomePage, :launchUrl, :icon, :now, :now)
                        """)
                        .params(columns(client))
                        .param("salt", client.tokenSalt())
                        .param("firstSecret", secret(client.secretHashes(), 0))
                        .param("secondSecret", secret(client.secretHashes(), 1))
                        .update()
                == 1;
    }

    @Override
    public boolean update(Client client) {
        return jdbc.sql("""
                        update client set name = :name, grant_types = :grantTypes, scopes = :scopes, authorities = :authorities,
                            redirect_uris = :redirectUris, resource_ids = :resourceIds, auto_approve = :autoApprove,
                            allowed_providers = :providers, required_user_groups = :groups, allow_public = :allowPublic,
                            access_token_validity = :access, refresh_token_validity = :refresh, created_with = :createdWith,
                            created_by = :createdBy, show_on_home_page = :showOnHomePage, app_launch_url = :launchUrl,
                            app_icon = :icon, updated_at = :now
                        where client_id = :id
                        """).params(columns(client)).update() == 1;
    }

    @Override
    public void changeSecrets(String id, List<String> secretHashes) {
        jdbc.sql("""
                        update client set secret_hash = :first, second_secret_hash = :second, updated_at = :now
                        where client_id = :id
                        """)
                .param("first", secret(secretHashes, 0))
                .param("second", secret(secretHashes, 1))
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .update();
    }

    @Override
    public void revokeTokens(String id) {
        jdbc.sql("update client set token_salt = :salt where client_id = :id")
                .param("salt", UUID.randomUUID().toString())
                .param("id", id)
                .update();
        deleteTokens(id);
    }

    @Override
    public boolean delete(String id) {
        deleteTokens(id);
        return jdbc.sql("delete from client where client_id = :id")
                        .param("id", id)
                        .update()
                == 1;
    }

    private void deleteTokens(String id) {
        for (var table : List.of("refresh_token", "opaque_token", "authorization_code")) {
            jdbc.sql("delete from " + table + " where client_id = :id")
                    .param("id", id)
                    .update();
        }
    }

    private Map<String, @Nullable Object> columns(Client client) {
        var columns = new HashMap<String, @Nullable Object>();
        columns.put("id", client.id());
        columns.put("name", client.name());
        columns.put("grantTypes", json(client.grantTypes()));
        columns.put("scopes", json(client.scopes()));
        columns.put("authorities", json(client.authorities()));
        columns.put("redirectUris", json(client.redirectUris()));
        columns.put("resourceIds", json(client.resourceIds()));
        columns.put(
                "autoApprove",
                client.autoApprove().all() ? "true" : json(client.autoApprove().scopes()));
        columns.put("providers", client.allowedProviders().map(this::json).orElse(null));
        columns.put("groups", json(client.requiredUserGroups()));
        columns.put("allowPublic", client.allowPublic());
        columns.put("access", boxed(client.accessTokenValidity()));
        columns.put("refresh", boxed(client.refreshTokenValidity()));
        columns.put("createdWith", client.createdWith());
        columns.put("createdBy", client.meta().createdBy());
        columns.put("showOnHomePage", client.meta().showOnHomePage());
        columns.put("launchUrl", client.meta().appLaunchUrl());
        columns.put("icon", client.meta().appIcon());
        columns.put("now", Timestamp.from(clock.instant()));
        return columns;
    }

    private Client client(ResultSet row) throws SQLException {
        var secrets = Stream.of(
                        Optional.ofNullable(row.getString("secret_hash")),
                        Optional.ofNullable(row.getString("second_secret_hash")))
                .flatMap(Optional::stream)
                .toList();
        return new Client(
                row.getString("client_id"),
                text(row, "name"),
                secrets,
                list(row.getString("grant_types")),
                list(row.getString("scopes")),
                list(row.getString("authorities")),
                list(row.getString("redirect_uris")),
                list(row.getString("resource_ids")),
                autoApprove(row.getString("auto_approve")),
                Optional.ofNullable(row.getString("allowed_providers")).map(this::list),
                list(row.getString("required_user_groups")),
                row.getBoolean("allow_public"),
                seconds(row, "access_token_validity"),
                seconds(row, "refresh_token_validity"),
                row.getString("token_salt"),
                text(row, "created_with"),
                new Client.Meta(
                        row.getBoolean("show_on_home_page"),
                        text(row, "app_launch_url"),
                        text(row, "app_icon"),
                        text(row, "created_by")),
                row.getTimestamp("updated_at").toInstant());
    }

    private static @Nullable String secret(List<String> hashes, int index) {
        return index < hashes.size() ? hashes.get(index) : null;
    }

    private Client.AutoApprove autoApprove(String json) {
        return json.equals("true") ? Client.AutoApprove.ALL : new Client.AutoApprove(false, list(json));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    private static OptionalInt seconds(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static @Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    private String json(List<String> values) {
        return mapper.writeValueAsString(values);
    }

    /// Resource servers make a client be read thousands of times a second; its lists are parsed once.
    private List<String> list(String json) {
        if (parsed.size() >= REMEMBERED) {
            parsed.clear();
        }
        return parsed.computeIfAbsent(
                json, text -> List.copyOf(mapper.readValue(text, new TypeReference<List<String>>() {})));
    }
}
