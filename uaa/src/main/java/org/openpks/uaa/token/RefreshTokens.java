package org.openpks.uaa.token;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.openpks.uaa.policy.Digests;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Opaque refresh tokens (`<32 hex>-r`), stored as hashes.
@Repository
class RefreshTokens {

    private final JdbcClient jdbc;
    private final JsonMapper mapper;
    private final InstantSource clock;

    RefreshTokens(JdbcClient jdbc, JsonMapper mapper, InstantSource clock) {
        this.jdbc = jdbc;
        this.mapper = mapper;
        this.clock = clock;
    }

    /// @param method how the client authenticated when it got the token
    /// @param grantType by which grant the user logged in
    /// @param replaced another took its place
    record Stored(
            String userId,
            String clientId,
            ClientAuthentication method,
            String grantType,
            List<String> scopes,
            String revocationSignature,
            Instant authTime,
            Optional<String> nonce,
            String family,
            Instant expiresAt,
            boolean replaced) {}

    /// Stores the token and drops those of this user that have expired, so that the table does not grow for
    /// ever.
    String issue(Stored token) {
        var text = Digests.random() + "-r";
        jdbc.sql("delete from refresh_token where user_id = :user and expires_at < :now")
                .param("user", token.userId())
                .param("now", Timestamp.from(clock.instant()))
                .update();
        jdbc.sql("""
                        insert into refresh_token (token_hash, user_id, client_id, client_authentication, grant_type, scopes,
                            revocation_signature, auth_time, nonce, family, issued_at, expires_at)
                        values (:hash, :user, :client, :method, :grantType, :scopes, :signature, :authTime, :nonce, :family,
                            :now, :expiresAt)
                        """)
                .param("hash", Digests.hash(text))
                .param("user", token.userId())
                .param("client", token.clientId())
                .param("method", token.method().name())
                .param("grantType", token.grantType())
                .param("scopes", mapper.writeValueAsString(token.scopes()))
                .param("signature", token.revocationSignature())
                .param("authTime", Timestamp.from(token.authTime()))
                .param("nonce", token.nonce().orElse(null))
                .param("family", token.family())
                .param("now", Timestamp.from(clock.instant()))
                .param("expiresAt", Timestamp.from(token.expiresAt()))
                .update();
        return text;
    }

    Optional<Stored> find(String text) {
        return jdbc.sql("select * from refresh_token where token_hash = :hash")
                .param("hash", Digests.hash(text))
                .query((row, number) -> new Stored(
                        row.getString("user_id"),
                        row.getString("client_id"),
                        ClientAuthentication.valueOf(row.getString("client_authentication")),
                        row.getString("grant_type"),
                        mapper.readValue(row.getString("scopes"), new TypeReference<List<String>>() {}),
                        row.getString("revocation_signature"),
                        row.getTimestamp("auth_time").toInstant(),
                        Optional.ofNullable(row.getString("nonce")),
                        row.getString("family"),
                        row.getTimestamp("expires_at").toInstant(),
                        row.getTimestamp("replaced_at") != null))
                .optional();
    }

    /// Marks the token as replaced; says whether it was not yet.
    boolean replace(String text) {
        return jdbc.sql("update refresh_token set replaced_at = :now where token_hash = :hash and replaced_at is null")
                        .param("now", Timestamp.from(clock.instant()))
                        .param("hash", Digests.hash(text))
                        .update()
                == 1;
    }

    /// Ends everything that came from one log-in.
    @Transactional
    public void endFamily(String family) {
        for (var table : List.of("refresh_token", "opaque_token")) {
            jdbc.sql("delete from " + table + " where family = :family")
                    .param("family", family)
                    .update();
        }
    }
}
