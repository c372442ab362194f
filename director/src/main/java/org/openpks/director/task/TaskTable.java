package org.openpks.director.task;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.openpks.director.task.Tasks.Query;
import org.openpks.director.task.Tasks.Request;
import org.openpks.director.task.Tasks.Task;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The rows of tasks, their claims and their locks.
@Repository
class TaskTable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CANDIDATES = 200;
    private static final int REMOVED_AT_ONCE = 100;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    TaskTable(JdbcClient jdbc, TransactionTemplate transaction, InstantSource clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
    }

    /// A task that this director runs.
    record Claim(long id, String type, String user, Optional<String> contextId, JsonNode arguments, int attempt) {}

    long insert(Request request) {
        long now = clock.millis();
        var keys = new GeneratedKeyHolder();
        jdbc.sql("""
                insert into task (type, description, user_name, deployment, context_id, lock_name, arguments, state, created_at, changed_at)
                values (:type, :description, :user, :deployment, :context, :lock, :arguments, 'queued', :now, :now)""")
                .param("type", request.type())
                .param("description", request.description())
                .param("user", request.user())
                .param("deployment", request.deployment().orElse(null))
                .param("context", request.contextId().orElse(null))
                .param("lock", request.lock().orElse(null))
                .param("arguments", JSON.writeValueAsString(request.arguments()))
                .param("now", now)
                .update(keys);
        return Objects.requireNonNull(keys.getKey()).longValue();
    }

    Optional<Task> find(long id) {
        return jdbc.sql("select * from task where id = :id")
                .param("id", id)
                .query(TaskTable::task)
                .optional();
    }

    List<Task> find(Query query) {
        var where = new ArrayList<String>();
        var values = new LinkedHashMap<String, Object>();
        if (!query.states().isEmpty()) {
            where.add("state in (:states)");
            values.put("states", query.states().stream().map(TaskState::word).toList());
        }
        if (!query.types().isEmpty()) {
            where.add("type in (:types)");
            values.put("types", query.types());
        }
        query.deployment().ifPresent(deployment -> {
            where.add("deployment = :deployment");
            values.put("deployment", deployment);
        });
        query.contextId().ifPresent(context -> {
            where.add("context_id = :context");
            values.put("context", context);
        });
        var sql = "select * from task"
                + (where.isEmpty() ? "" : " where " + String.join(" and ", where))
                + " order by changed_at desc, id desc"
                + query.limit().map(limit -> " limit " + limit).orElse("");
        return jdbc.sql(sql).params(values).query(TaskTable::task).list();
    }

    Optional<TaskState> state(long id) {
        return jdbc.sql("select state from task where id = :id")
                .param("id", id)
                .query(String.class)
                .optional()
                .flatMap(TaskState::of);
    }

    List<Tasks.Lock> locks() {
        return jdbc.sql("select lock_name, task_id, acquired_at from task_lock order by lock_name")
                .query((row, number) -> new Tasks.Lock(row.getString(1), row.getLong(2), row.getLong(3)))
                .list();
    }

    /// Moves the task to a state when it is in the given one, and says whether it was.
    boolean move(long id, TaskState from, TaskState to) {
        return jdbc.sql("update task set state = :to, changed_at = :now where id = :id and state = :from")
                        .param("to", to.word())
                        .param("from", from.word())
                        .param("now", clock.millis())
                        .param("id", id)
                        .update()
                == 1;
    }

    /// Claims tasks that may run now for the given director, oldest first, at most so many.
    List<Claim> claim(UUID director, int most) {
        var claims = new ArrayList<Claim>();
        var seen = new HashSet<String>();
        for (var candidate : candidates()) {
            if (claims.size() >= most) {
                break;
            }
            // Of tasks with one lock only the oldest is tried, also when it turns out to be blocked.
            if (candidate.lock().isEmpty() || seen.add(candidate.lock().get())) {
                claim(director, candidate).ifPresent(claims::add);
            }
        }
        return claims;
    }

    private record Candidate(long id, Optional<String> lock) {}

    private List<Candidate> candidates() {
        return jdbc.sql("""
                select t.id, t.lock_name from task t left join task_lock l on l.lock_name = t.lock_name
                where t.state = 'queued' and l.task_id is null order by t.id limit\s""" + CANDIDATES)
                .query((row, number) -> new Candidate(row.getLong(1), Optional.ofNullable(row.getString(2))))
                .list();
    }

    private Optional<Claim> claim(UUID director, Candidate candidate) {
        try {
            return transaction.execute(status -> {
                long now = clock.millis();
                candidate.lock().ifPresent(lock -> jdbc.sql(
                                "insert into task_lock (lock_name, task_id, acquired_at) values (:lock, :id, :now)")
                        .param("lock", lock)
                        .param("id", candidate.id())
                        .param("now", now)
                        .update());
                int changed = jdbc.sql("""
                        update task set state = 'processing', claimed_by = :director, changed_at = :now, attempts = attempts + 1,
                        started_at = coalesce(started_at, :now) where id = :id and state = 'queued'""")
                        .param("director", director.toString())
                        .param("now", now)
                        .param("id", candidate.id())
                        .update();
                if (changed == 0) {
                    status.setRollbackOnly();
                    return Optional.empty();
                }
                return Optional.of(load(candidate.id()));
            });
        } catch (DuplicateKeyException | PessimisticLockingFailureException e) {
            // Another director was faster; the task or its lock is not free.
            return Optional.empty();
        }
    }

    /// Takes over the tasks of directors that are gone.
    List<Claim> takeOver(UUID director) {
        var orphans = jdbc.sql("""
                select t.id, t.claimed_by from task t left join director_process p on p.id = t.claimed_by
                where t.state in ('processing', 'cancelling') and p.id is null order by t.id""")
                .query((row, number) -> Map.entry(row.getLong(1), row.getString(2)))
                .list();
        var claims = new ArrayList<Claim>();
        for (var orphan : orphans) {
            int changed = jdbc.sql("""
                    update task set claimed_by = :director, attempts = attempts + 1
                    where id = :id and claimed_by = :former and state in ('processing', 'cancelling')""")
                    .param("director", director.toString())
                    .param("id", orphan.getKey())
                    .param("former", orphan.getValue())
                    .update();
            if (changed == 1) {
                claims.add(load(orphan.getKey()));
            }
        }
        return claims;
    }

    private Claim load(long id) {
        return jdbc.sql("select type, user_name, context_id, arguments, attempts from task where id = :id")
                .param("id", id)
                .query((row, number) -> new Claim(
                        id,
                        row.getString(1),
                        row.getString(2),
                        Optional.ofNullable(row.getString(3)),
                        JSON.readTree(row.getString(4)),
                        row.getInt(5)))
                .single();
    }

    /// Whether the task still belongs to this director and nobody wants it to stop.
    enum Standing {
        GOES_ON,
        CANCELLED,
        LOST
    }

    Standing standing(UUID director, long id) {
        return jdbc.sql("select state, claimed_by from task where id = :id")
                .param("id", id)
                .query((row, number) -> {
                    if (!director.toString().equals(row.getString(2))) {
                        return Standing.LOST;
                    }
                    return switch (TaskState.of(row.getString(1)).orElse(TaskState.ERROR)) {
                        case PROCESSING -> Standing.GOES_ON;
                        case CANCELLING -> Standing.CANCELLED;
                        case QUEUED, DONE, ERROR, CANCELLED, TIMEOUT -> Standing.LOST;
                    };
                })
                .optional()
                .orElse(Standing.LOST);
    }

    /// Ends the task and frees its lock, unless another director has taken it over.
    boolean finish(UUID director, long id, TaskState state, String result) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            long now = clock.millis();
            int changed = jdbc.sql("""
                    update task set state = :state, result = :result, changed_at = :now, finished_at = :now
                    where id = :id and claimed_by = :director and state in ('processing', 'cancelling')""")
                    .param("state", state.word())
                    .param("result", result.isEmpty() ? null : result)
                    .param("now", now)
                    .param("id", id)
                    .param("director", director.toString())
                    .update();
            if (changed == 1) {
                jdbc.sql("delete from task_lock where task_id = :id")
                        .param("id", id)
                        .update();
            }
            return changed == 1;
        }));
    }

    /// Ends a task that nobody has claimed yet.
    boolean cancelQueued(long id, String result) {
        long now = clock.millis();
        return jdbc.sql("""
                update task set state = 'cancelled', result = :result, changed_at = :now, finished_at = :now
                where id = :id and state = 'queued'""")
                        .param("result", result)
                        .param("now", now)
                        .param("id", id)
                        .update()
                == 1;
    }

    /// Ended tasks of a type beyond the newest so many, but for the last one of each deployment; the oldest first,
    /// and no more than a short transaction's work.
    List<Long> old(String type, int kept) {
        return jdbc.sql("""
                select t.id from task t
                where t.type = :type and t.finished_at is not null
                  and t.id <= (select n.id from task n where n.type = :type order by n.id desc limit 1 offset :kept)
                  and (t.deployment is null or exists (select 1 from task l where l.deployment = t.deployment and l.id > t.id))
                order by t.id limit :most""")
                .param("type", type)
                .param("kept", kept)
                .param("most", REMOVED_AT_ONCE)
                .query(Long.class)
                .list();
    }

    void remove(long id) {
        jdbc.sql("delete from task where id = :id and finished_at is not null")
                .param("id", id)
                .update();
    }

    private static Task task(ResultSet row, int number) throws SQLException {
        return new Task(
                row.getLong("id"),
                row.getString("type"),
                TaskState.of(row.getString("state")).orElse(TaskState.ERROR),
                row.getString("description"),
                seconds(row, "finished_at"),
                seconds(row, "started_at"),
                Optional.ofNullable(row.getString("result")),
                row.getString("user_name"),
                Optional.ofNullable(row.getString("deployment")),
                Optional.ofNullable(row.getString("context_id")));
    }

    private static Optional<Long> seconds(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(value / 1000);
    }
}
