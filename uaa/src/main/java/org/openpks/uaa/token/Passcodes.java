package org.openpks.uaa.token;

import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// One-time codes that stand for a password: a person gets one in the browser and types it into a command.
/// Stored as hashes; each lasts [#LIFETIME].
@Repository
public class Passcodes {

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    /// Without characters that look alike; 20 of them hold 98 bits.
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int LENGTH = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcClient jdbc;
    private final Users users;
    private final InstantSource clock;

    Passcodes(JdbcClient jdbc, Users users, InstantSource clock) {
        this.jdbc = jdbc;
        this.users = users;
        this.clock = clock;
    }

    public String issue(User user, Instant authTime) {
        var code = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        var now = clock.instant();
        jdbc.sql("delete from passcode where expires_at < :now")
                .param("now", Timestamp.from(now))
                .update();
        jdbc.sql("""
                        insert into passcode (code_hash, user_id, auth_time, expires_at) values (:hash, :user, :authTime, :expiresAt)
                        """)
                .param("hash", Digests.hash(code.toString()))
                .param("user", user.id())
                .param("authTime", Timestamp.from(authTime))
                .param("expiresAt", Timestamp.from(now.plus(LIFETIME)))
                .update();
        return code.toString();
    }

    /// The user whose code this is. The code is used up.
    Optional<User> take(String code) {
        var hash = Digests.hash(code.strip());
        var user = jdbc.sql("select user_id from passcode where code_hash = :hash and expires_at > :now")
                .param("hash", hash)
                .param("now", Timestamp.from(clock.instant()))
                .query(String.class)
                .optional();
        boolean first = jdbc.sql("delete from passcode where code_hash = :hash")
                        .param("hash", hash)
                        .update()
                == 1;
        return user.filter(id -> first).flatMap(users::find);
    }
}
