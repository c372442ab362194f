package org.openpks.uaa.token;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.openpks.uaa.policy.Digests;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Authorization codes, stored as hashes. Each can be used once, within [#LIFETIME].
@Repository
public class AuthorizationCodes {

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final JdbcClient jdbc;
    private final JsonMapper mapper;
    private final InstantSource clock;

    AuthorizationCodes(JdbcClient jdbc, JsonMapper mapper, InstantSource clock) {
        this.jdbc = jdbc;
        this.mapper = mapper;
        this.clock = clock;
    }

    /// What a code stands for.
    /// @param redirectUri as it stood in the request, if it did
    /// @param challenge and challengeMethod: PKCE (RFC 7636)
    public record Code(
            String clientId,
            String userId,
            List<String> scopes,
            Optional<String> redirectUri,
            Optional<String> challenge,
            String challengeMethod,
            Optional<String> nonce,
            Instant authTime) {}

    /// @param family of the tokens that came from it
    record Used(Code code, String family, boolean first) {}

    /// Stores a code, and drops those that have expired.
    public String issue(Code code) {
        var text = Digests.random();
        var now = clock.instant();
        jdbc.sql("delete from authorization_code where expires_at < :now")
                .param("now", Timestamp.from(now))
                .update();
        jdbc.sql("""
                        insert into authorization_code (code_hash, client_id, user_id, scopes, redirect_uri, challenge,
                            challenge_method, nonce, auth_time, expires_at, family)
                        values (:hash, :client, :user, :scopes, :redirectUri, :challenge, :method, :nonce, :authTime, :expiresAt,
                            :family)
                        """)
                .param("hash", Digests.hash(text))
                .param("client", code.clientId())
                .param("user", code.userId())
                .param("scopes", mapper.writeValueAsString(code.scopes()))
                .param("redirectUri", code.redirectUri().orElse(null))
                .param("challenge", code.challenge().orElse(null))
                .param("method", code.challengeMethod())
                .param("nonce", code.nonce().orElse(null))
                .param("authTime", Timestamp.from(code.authTime()))
                .param("expiresAt", Timestamp.from(now.plus(LIFETIME)))
                .param("family", Digests.random())
                .update();
        return text;
    }

    /// Uses a code up. It stays known until it expires, so that showing it again can end what came from it.
    Optional<Used> use(String text) {
        boolean first = jdbc.sql("""
                        update authorization_code set used = true
                        where code_hash = :hash and used = false and expires_at > :now
                        """)
                        .param("hash", Digests.hash(text))
                        .param("now", Timestamp.from(clock.instant()))
                        .update()
                == 1;
        return jdbc.sql("select * from authorization_code where code_hash = :hash")
                .param("hash", Digests.hash(text))
                .query((row, number) -> new Used(
                        new Code(
                                row.getString("client_id"),
                                row.getString("user_id"),
                                mapper.readValue(row.getString("scopes"), new TypeReference<List<String>>() {}),
                                Optional.ofNullable(row.getString("redirect_uri")),
                                Optional.ofNullable(row.getString("challenge")),
                                Optional.ofNullable(row.getString("challenge_method"))
                                        .orElse(""),
                                Optional.ofNullable(row.getString("nonce")),
                                row.getTimestamp("auth_time").toInstant()),
                        row.getString("family"),
                        first))
                .optional();
    }
}
