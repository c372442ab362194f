package org.openpks.uaa.user;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class JdbcUsers implements Users {

    private final JdbcClient jdbc;
    private final InstantSource clock;

    JdbcUsers(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
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
    public List<String> groups(String userId) {
        return jdbc.sql("""
                        select g.display_name from user_group g join group_member m on m.group_id = g.id
                        where m.user_id = :user order by g.display_name
                        """).param("user", userId).query(String.class).list();
    }

    @Override
    public boolean addIfMissing(User user) {
        var now = Timestamp.from(clock.instant());
        return jdbc.sql("""
                        insert ignore into user_account (id, user_name, origin, password_hash, salt, email, active, verified,
                            created_at, updated_at)
                        values (:id, :name, :origin, :hash, :salt, :email, :active, :verified, :now, :now)
                        """)
                        .param("id", user.id())
                        .param("name", user.userName())
                        .param("origin", user.origin())
                        .param("hash", user.passwordHash())
                        .param("salt", user.salt())
                        .param("email", user.email())
                        .param("active", user.active())
                        .param("verified", user.verified())
                        .param("now", now)
                        .update()
                == 1;
    }

    @Override
    public void join(String userId, String group) {
        jdbc.sql("insert ignore into user_group (id, display_name) values (:id, :name)")
                .param("id", UUID.randomUUID().toString())
                .param("name", group)
                .update();
        jdbc.sql("""
                        insert ignore into group_member (group_id, user_id)
                        select id, :user from user_group where display_name = :name
                        """).param("user", userId).param("name", group).update();
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(
                row.getString("id"),
                row.getString("user_name"),
                row.getString("origin"),
                row.getString("password_hash"),
                row.getString("salt"),
                row.getString("email"),
                row.getBoolean("active"),
                row.getBoolean("verified"));
    }
}
