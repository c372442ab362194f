package org.openpks.uaa.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.openpks.uaa.policy.Digests;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Access tokens that say nothing: the token is its own id, and the claims lie here under its hash.
@Repository
class OpaqueTokens {

    private final JdbcClient jdbc;
    private final InstantSource clock;

    OpaqueTokens(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Stores the claims, and drops those of the same client that have expired.
    /// @return the token
    String store(String jti, String family, JWTClaimsSet claims) {
        var client = String.valueOf(claims.getClaim("client_id"));
        jdbc.sql("delete from opaque_token where client_id = :client and expires_at < :now")
                .param("client", client)
                .param("now", Timestamp.from(clock.instant()))
                .update();
        jdbc.sql("""
                        insert into opaque_token (token_hash, user_id, client_id, family, claims, expires_at)
                        values (:hash, :user, :client, :family, :claims, :expiresAt)
                        """)
                .param("hash", Digests.hash(jti))
                .param("user", claims.getClaim("user_id"))
                .param("client", client)
                .param("family", family)
                .param(
                        "claims",
                        new JWTClaimsSet.Builder(claims).jwtID(null).build().toString())
                .param(
                        "expiresAt",
                        Timestamp.from(Objects.requireNonNull(claims.getExpirationTime())
                                .toInstant()))
                .update();
        return jti;
    }

    Optional<JWTClaimsSet> find(String token) {
        return jdbc.sql("select claims from opaque_token where token_hash = :hash")
                .param("hash", Digests.hash(token))
                .query(String.class)
                .optional()
                .map(json -> {
                    try {
                        return new JWTClaimsSet.Builder(JWTClaimsSet.parse(json))
                                .jwtID(token)
                                .build();
                    } catch (ParseException e) {
                        throw new IllegalStateException("stored claims are not JSON", e);
                    }
                });
    }
}
