package org.openpks.director.config;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.openpks.director.store.Transactions;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;

@Repository
class JdbcConfigs implements Configs {

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final InstantSource clock;

    JdbcConfigs(JdbcClient jdbc, Transactions transactions, InstantSource clock) {
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
        return transactions.run(() -> {
            var newest = jdbc.sql("""
                    select * from config where type = :type and name = :name and deleted = false
                    order by id desc limit 1 for update""")
                    .param("type", type)
                    .param("name", name)
                    .query(JdbcConfigs::config)
                    .optional();
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
            long id = java.util.Objects.requireNonNull(keys.getKey()).longValue();
            return new Config(id, type, name, content, now);
        });
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
