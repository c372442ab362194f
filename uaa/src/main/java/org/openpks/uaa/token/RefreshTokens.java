package org.openpks.uaa.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
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

    record Stored(
            String userId,
            String clientId,
            List<String> scopes,
            String revocationSignature,
            Instant authTime,
            Instant expiresAt) {}

    /// Stores the token and drops those of this user that have expired, so that the table does not grow for ever.
    String issue(Stored token) {
        var text = UUID.randomUUID().toString().replace("-", "") + "-r";
        jdbc.sql("delete from refresh_token where user_id = :user and expires_at < :now")
                .param("user", token.userId())
                .param("now", Timestamp.from(clock.instant()))
                .update();
        jdbc.sql("""
                        insert into refresh_token (token_hash, user_id, client_id, scopes, revocation_signature, auth_time, expires_at)
                        values (:hash, :user, :client, :scopes, :signature, :authTime, :expiresAt)
                        """)
                .param("hash", hash(text))
                .param("user", token.userId())
                .param("client", token.clientId())
                .param("scopes", mapper.writeValueAsString(token.scopes()))
                .param("signature", token.revocationSignature())
                .param("authTime", Timestamp.from(token.authTime()))
                .param("expiresAt", Timestamp.from(token.expiresAt()))
                .update();
        return text;
    }

    Optional<Stored> find(String text) {
        return jdbc.sql("select * from refresh_token where token_hash = :hash")
                .param("hash", hash(text))
                .query((row, number) -> new Stored(
                        row.getString("user_id"),
                        row.getString("client_id"),
                        mapper.readValue(row.getString("scopes"), new TypeReference<List<String>>() {}),
                        row.getString("revocation_signature"),
                        row.getTimestamp("auth_time").toInstant(),
                        row.getTimestamp("expires_at").toInstant()))
                .optional();
    }

    Instant expiry(int seconds) {
        return clock.instant().plus(Duration.ofSeconds(seconds));
    }

    static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
