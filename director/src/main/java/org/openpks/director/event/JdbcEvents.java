package org.openpks.director.event;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Repository
class JdbcEvents implements Events {

    private static final Logger log = LoggerFactory.getLogger(JdbcEvents.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int PAGE = 200;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    JdbcEvents(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public OptionalLong record(Entry entry) {
        try {
            var keys = new GeneratedKeyHolder();
            jdbc.sql("""
                    insert into event (parent_id, occurred_at, user_name, action, object_type, object_name, error, task_id, deployment, instance, context)
                    values (:parent, :now, :user, :action, :type, :name, :error, :task, :deployment, :instance, :context)""")
                    .param("parent", boxed(entry.parent()))
                    .param("now", clock.millis())
                    .param("user", entry.user())
                    .param("action", entry.action())
                    .param("type", entry.objectType())
                    .param("name", entry.objectName())
                    .param("error", entry.error().orElse(null))
                    .param("task", boxed(entry.task()))
                    .param("deployment", entry.deployment().orElse(null))
                    .param("instance", entry.instance().orElse(null))
                    .param("context", JSON.writeValueAsString(entry.context()))
                    .update(keys);
            var key = keys.getKey();
            return key == null ? OptionalLong.empty() : OptionalLong.of(key.longValue());
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("action", entry.action())
                    .addKeyValue("object", entry.objectType() + " " + entry.objectName())
                    .addKeyValue("cause", e.getMessage())
                    .log("Could not record an event");
            return OptionalLong.empty();
        }
    }

    @Override
    public List<Event> find(Query query) {
        var where = new ArrayList<String>();
        var values = new LinkedHashMap<String, Object>();
        query.beforeId().ifPresent(id -> {
            where.add("id < :beforeId");
            values.put("beforeId", id);
        });
        query.beforeTime().ifPresent(time -> {
            where.add("occurred_at < :beforeTime");
            values.put("beforeTime", time * 1000);
        });
        query.afterTime().ifPresent(time -> {
            where.add("occurred_at >= :afterTime");
            values.put("afterTime", (time + 1) * 1000);
        });
        query.fields().forEach((field, value) -> {
            where.add(column(field) + " = :" + field.name());
            values.put(field.name(), value);
        });
        return jdbc.sql("select * from event"
                        + (where.isEmpty() ? "" : " where " + String.join(" and ", where))
                        + " order by id desc limit " + PAGE)
                .params(values)
                .query(JdbcEvents::event)
                .list();
    }

    @Override
    public Optional<Event> find(long id) {
        return jdbc.sql("select * from event where id = :id")
                .param("id", id)
                .query(JdbcEvents::event)
                .optional();
    }

    private static String column(Query.Field field) {
        return switch (field) {
            case TASK -> "task_id";
            case DEPLOYMENT -> "deployment";
            case INSTANCE -> "instance";
            case USER -> "user_name";
            case ACTION -> "action";
            case OBJECT_TYPE -> "object_type";
            case OBJECT_NAME -> "object_name";
        };
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static Event event(ResultSet row, int number) throws SQLException {
        return new Event(
                row.getLong("id"),
                row.getLong("occurred_at") / 1000,
                new Entry(
                        optional(row, "parent_id"),
                        row.getString("user_name"),
                        row.getString("action"),
                        row.getString("object_type"),
                        row.getString("object_name"),
                        Optional.ofNullable(row.getString("error")),
                        optional(row, "task_id"),
                        Optional.ofNullable(row.getString("deployment")),
                        Optional.ofNullable(row.getString("instance")),
                        JSON.readValue(row.getString("context"), new TypeReference<Map<String, Object>>() {})));
    }

    private static OptionalLong optional(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
