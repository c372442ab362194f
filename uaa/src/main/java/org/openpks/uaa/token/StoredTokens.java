package org.openpks.uaa.token;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.uaa.policy.Digests;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// All tokens that lie in the database: refresh tokens and opaque access tokens. Only their hashes do, so a
/// hash is also the id under which a list shows them.
@Repository
class StoredTokens {

    private static final String ALL = """
            select * from (
                select token_hash, user_id, client_id, expires_at, 'REFRESH_TOKEN' as kind from refresh_token
                where replaced_at is null
                union all
                select token_hash, user_id, client_id, expires_at, 'ACCESS_TOKEN' as kind from opaque_token) token
            """;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    StoredTokens(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// @param kind `REFRESH_TOKEN` or `ACCESS_TOKEN`
    record Token(String hash, Optional<String> userId, String clientId, Instant expiresAt, String kind) {

        /// The token itself is not in it.
        Map<String, Object> json() {
            var json = new LinkedHashMap<String, Object>();
            json.put("tokenId", hash);
            json.put("clientId", clientId);
            userId.ifPresent(id -> json.put("userId", id));
            json.put("format", "OPAQUE");
            json.put("responseType", kind);
            json.put("expiresAt", expiresAt.toEpochMilli());
            json.put("zoneId", "uaa");
            return json;
        }
    }

    /// @param token the token, or its hash
    Optional<Token> find(String token) {
        return jdbc.sql(ALL + " where token_hash in (:token, :hash)")
                .param("token", token)
                .param("hash", Digests.hash(token))
                .query((row, number) -> token(row))
                .optional();
    }

    List<Token> ofUser(String userId) {
        return jdbc.sql(ALL + " where user_id = :user and expires_at > :now order by expires_at")
                .param("user", userId)
                .param("now", now())
                .query((row, number) -> token(row))
                .list();
    }

    List<Token> ofClient(String clientId) {
        return jdbc.sql(ALL + " where client_id = :client and expires_at > :now order by expires_at")
                .param("client", clientId)
                .param("now", now())
                .query((row, number) -> token(row))
                .list();
    }

    @Transactional
    public void delete(Token token) {
        for (var table : List.of("refresh_token", "opaque_token")) {
            jdbc.sql("delete from " + table + " where token_hash = :hash")
                    .param("hash", token.hash())
                    .update();
        }
    }

    @Transactional
    public void delete(String userId, String clientId) {
        for (var table : List.of("refresh_token", "opaque_token")) {
            jdbc.sql("delete from " + table + " where user_id = :user and client_id = :client")
                    .param("user", userId)
                    .param("client", clientId)
                    .update();
        }
    }

    private static Token token(ResultSet row) throws SQLException {
        return new Token(
                row.getString("token_hash"),
                Optional.ofNullable(row.getString("user_id")),
                row.getString("client_id"),
                row.getTimestamp("expires_at").toInstant(),
                row.getString("kind"));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
