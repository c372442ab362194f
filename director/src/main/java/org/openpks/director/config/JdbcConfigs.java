package org.openpks.director.config;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.openpks.director.settings.DirectorIdentity;
import org.openpks.director.store.Transactions;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;

@Repository
class JdbcConfigs implements Configs {

    /// The version that stands for no config.
    private static final long NONE = 0;

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final InstantSource clock;

    /// @param identity whose row in the database exists from then on
    JdbcConfigs(JdbcClient jdbc, Transactions transactions, InstantSource clock, DirectorIdentity identity) {
        Objects.requireNonNull(identity);
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public List<Config> latest(String type) {
        return find(Optional.of(type), Optional.empty(), 1);
    }

    @Override
    public List<Config> byIds(List<Long> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        var found = new HashMap<Long, Config>();
        jdbc.sql("select * from config where id in (:ids)")
                .param("ids", ids)
                .query(JdbcConfigs::config)
                .list()
                .forEach(config -> found.put(config.id(), config));
        return ids.stream().filter(found::containsKey).map(found::get).toList();
    }

    @Override
    public Config put(String type, String name, String content) {
        return transactions.run(() -> store(newest(type, name), type, name, content));
    }

    @Override
    public Optional<Config> replace(String type, String name, String content, long expected) {
        return transactions.run(() -> {
            var newest = newest(type, name);
            return newest.map(Config::id).orElse(NONE) == expected
                    ? Optional.of(store(newest, type, name, content))
                    : Optional.empty();
        });
    }

    /// One writer at a time, of all directors that share the database: a name that nothing has yet has no row to lock.
    private Optional<Config> newest(String type, String name) {
        jdbc.sql("select value from director_fact where name = 'uuid' for update")
                .query(String.class)
                .single();
        return jdbc.sql("""
                select * from config where type = :type and name = :name and deleted = false
                order by id desc limit 1 for update""")
                .param("type", type)
                .param("name", name)
                .query(JdbcConfigs::config)
                .optional();
    }

    private Config store(Optional<Config> newest, String type, String name, String content) {
        if (newest.isPresent() && newest.get().content().equals(content)) {
            return newest.get();
        }
        var now = clock.instant();
        var keys = new GeneratedKeyHolder();
        jdbc.sql("insert into config (type, name, content, created_at) values (:type, :name, :content, :now)")
                .param("type", type)
                .param("name", name)
                .param("content", content)
                .param("now", now.toEpochMilli())
                .update(keys);
        long id = Objects.requireNonNull(keys.getKey()).longValue();
        return new Config(id, type, name, content, now);
    }

    @Override
    public List<Config> find(Optional<String> type, Optional<String> name, int limit) {
        return jdbc.sql("""
                select * from (select c.*, row_number() over (partition by type, name order by id desc) as place
                from config c where deleted = false and (:type is null or type = :type) and (:name is null or name = :name)) numbered
                where place <= :limit order by type, name, id desc""")
                .param("type", type.orElse(null))
                .param("name", name.orElse(null))
                .param("limit", limit)
                .query(JdbcConfigs::config)
                .list();
    }

    @Override
    public Optional<Config> find(long id) {
        return jdbc.sql("select * from config where id = :id and deleted = false")
                .param("id", id)
                .query(JdbcConfigs::config)
                .optional();
    }

    @Override
    public boolean delete(String type, String name) {
        return jdbc.sql("update config set deleted = true where type = :type and name = :name and deleted = false")
                        .param("type", type)
                        .param("name", name)
                        .update()
                > 0;
    }

    @Override
    public boolean delete(long id) {
        return jdbc.sql("update config set deleted = true where id = :id and deleted = false")
                        .param("id", id)
                        .update()
                > 0;
    }

    private static Config config(ResultSet row, int number) throws SQLException {
        return new Config(
                row.getLong("id"),
                row.getString("type"),
                row.getString("name"),
                row.getString("content"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
