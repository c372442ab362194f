package org.openpks.uaa.client;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Repository
class JdbcClients implements Clients {

    private final JdbcClient jdbc;
    private final JsonMapper mapper;
    private final InstantSource clock;

    JdbcClients(JdbcClient jdbc, JsonMapper mapper, InstantSource clock) {
        this.jdbc = jdbc;
        this.mapper = mapper;
        this.clock = clock;
    }

    @Override
    public Optional<Client> find(String id) {
        return jdbc.sql("select * from client where client_id = :id")
                .param("id", id)
                .query((row, number) -> client(row))
                .optional();
    }

    @Override
    public boolean addIfMissing(Client client) {
        var now = Timestamp.from(clock.instant());
        return jdbc.sql("""
                        insert ignore into client (client_id, name, secret_hash, grant_types, scopes, authorities, redirect_uris,
                            access_token_validity, refresh_token_validity, token_salt, created_at, updated_at)
                        values (:id, :name, :secretHash, :grantTypes, :scopes, :authorities, :redirectUris, :access, :refresh, :salt,
                            :now, :now)
                        """)
                        .param("id", client.id())
                        .param("name", client.name())
                        .param("secretHash", client.secretHash())
                        .param("grantTypes", json(client.grantTypes()))
                        .param("scopes", json(client.scopes()))
                        .param("authorities", json(client.authorities()))
                        .param("redirectUris", json(client.redirectUris()))
                        .param("access", boxed(client.accessTokenValidity()))
                        .param("refresh", boxed(client.refreshTokenValidity()))
                        .param("salt", client.tokenSalt())
                        .param("now", now)
                        .update()
                == 1;
    }

    @Override
    public void changeSecret(String id, String secretHash) {
        jdbc.sql("update client set secret_hash = :hash, updated_at = :now where client_id = :id")
                .param("hash", secretHash)
                .param("now", Timestamp.from(clock.instant()))
                .param("id", id)
                .update();
    }

    private Client client(ResultSet row) throws SQLException {
        return new Client(
                row.getString("client_id"),
                Optional.ofNullable(row.getString("name")).orElse(""),
                row.getString("secret_hash"),
                list(row.getString("grant_types")),
                list(row.getString("scopes")),
                list(row.getString("authorities")),
                list(row.getString("redirect_uris")),
                seconds(row, "access_token_validity"),
                seconds(row, "refresh_token_validity"),
                row.getString("token_salt"));
    }

    private static OptionalInt seconds(ResultSet row, String column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static @org.jspecify.annotations.Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    private String json(List<String> values) {
        return mapper.writeValueAsString(values);
    }

    private List<String> list(String json) {
        return mapper.readValue(json, new TypeReference<List<String>>() {});
    }
}
