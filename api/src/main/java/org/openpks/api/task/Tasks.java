package org.openpks.api.task;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.openpks.api.access.Principal;
import org.openpks.api.cluster.Operation;
import org.openpks.api.cluster.OperationEnd;
import org.openpks.api.cluster.Phase;
import org.openpks.api.storage.Columns;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The tasks' rows and those of their clusters. Who changes an existing task locks it first; locks of clusters
/// come after it.
@Repository
class Tasks implements OperationEnd {

    private static final String COLUMNS =
            "id, requester_kind, requester_name, max_in_flight, canceled, created_at, ended_at";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    Tasks(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// A task's own row, without its clusters.
    private record Head(
            UUID id,
            Principal requester,
            int maxInFlight,
            boolean canceled,
            Instant createdAt,
            Optional<Instant> endedAt) {

        private Task with(List<Task.Item> items) {
            return new Task(id, requester, maxInFlight, canceled, createdAt, endedAt, items);
        }
    }

    private record Line(UUID task, Task.Item item) {}

    void insert(Task task) {
        jdbc.sql("""
                insert into task (id, requester_kind, requester_name, max_in_flight, created_at)
                values (:id, :kind, :name, :maximum, :now)""")
                .param("id", task.id().toString())
                .param("kind", Columns.kind(task.requester()))
                .param("name", task.requester().name())
                .param("maximum", task.maxInFlight())
                .param("now", Columns.time(task.createdAt()))
                .update();
        int position = 0;
        for (var item : task.items()) {
            jdbc.sql("""
                    insert into task_cluster (task_id, position, cluster_uuid, cluster_name, canary, state, previous_action,
                        previous_state, previous_description)
                    values (:task, :position, :cluster, :name, :canary, :state, :action, :before, :description)""")
                    .param("task", task.id().toString())
                    .param("position", position++)
                    .param("cluster", item.cluster().toString())
                    .param("name", item.name())
                    .param("canary", item.canary())
                    .param("state", item.state().column())
                    .param("action", item.before().action().name())
                    .param("before", item.before().state())
                    .param("description", item.beforeDescription())
                    .update();
        }
    }

    Optional<Task> find(UUID id) {
        return read("select " + COLUMNS + " from task where id = :id", id);
    }

    /// Reads it and keeps everyone else from changing it until the transaction ends.
    Optional<Task> lock(UUID id) {
        return read("select " + COLUMNS + " from task where id = :id for update", id);
    }

    private Optional<Task> read(String sql, UUID id) {
        var heads = jdbc.sql(sql).param("id", id.toString()).query(Tasks::head).list();
        return complete(heads).stream().findFirst();
    }

    /// The newest of all, newest first.
    List<Task> newest(int limit) {
        return complete(jdbc.sql("select " + COLUMNS + " from task order by number desc limit :limit")
                .param("limit", limit)
                .query(Tasks::head)
                .list());
    }

    /// The newest of somebody's, newest first.
    List<Task> newestOf(Principal requester, int limit) {
        return complete(jdbc.sql(
                        "select " + COLUMNS
                                + " from task where requester_kind = :kind and requester_name = :name order by number desc limit :limit")
                .param("kind", Columns.kind(requester))
                .param("name", requester.name())
                .param("limit", limit)
                .query(Tasks::head)
                .list());
    }

    /// Those that somebody has to look at: something may begin, or all is over and nobody has said so.
    List<UUID> unattended() {
        return jdbc.sql("""
                select t.id from task t join task_cluster i on i.task_id = t.id where t.ended_at is null
                group by t.id, t.max_in_flight
                having sum(i.state = 'in_progress') = 0
                    or (sum(i.state = 'queued') > 0 and sum(i.state = 'in_progress') < t.max_in_flight)
                order by min(t.number)""")
                .query((row, number) -> UUID.fromString(row.getString(1)))
                .list();
    }

    void started(UUID task, UUID cluster, UUID operation) {
        jdbc.sql("update task_cluster set state = 'in_progress', operation_id = :operation, started_at = :now"
                        + " where task_id = :task and cluster_uuid = :cluster")
                .param("operation", operation.toString())
                .param("now", now())
                .param("task", task.toString())
                .param("cluster", cluster.toString())
                .update();
    }

    void withdrawn(UUID task, UUID cluster) {
        jdbc.sql("update task_cluster set state = 'withdrawn' where task_id = :task and cluster_uuid = :cluster")
                .param("task", task.toString())
                .param("cluster", cluster.toString())
                .update();
    }

    @Override
    public void ended(UUID operation, Operation.State state) {
        var end = state == Operation.State.SUCCEEDED ? Task.State.SUCCEEDED : Task.State.FAILED;
        jdbc.sql("update task_cluster set state = :state, ended_at = :now where operation_id = :operation"
                        + " and state = 'in_progress'")
                .param("state", end.column())
                .param("now", now())
                .param("operation", operation.toString())
                .update();
    }

    void canceled(UUID task) {
        jdbc.sql("update task set canceled = true where id = :task")
                .param("task", task.toString())
                .update();
    }

    void over(UUID task) {
        jdbc.sql("update task set ended_at = :now where id = :task")
                .param("now", now())
                .param("task", task.toString())
                .update();
    }

    /// Removes ended ones but those that ended last.
    /// @param kept how many ended ones stay
    void forget(int kept) {
        record End(LocalDateTime at, long number) {}
        jdbc.sql("select ended_at, number from task where ended_at is not null"
                        + " order by ended_at desc, number desc limit 1 offset :kept")
                .param("kept", kept)
                .query((row, index) -> new End(row.getObject("ended_at", LocalDateTime.class), row.getLong("number")))
                .optional()
                .ifPresent(last -> jdbc.sql(
                                "delete from task where ended_at < :at or (ended_at = :at and number <= :number)")
                        .param("at", last.at())
                        .param("number", last.number())
                        .update());
    }

    private LocalDateTime now() {
        return Columns.time(clock.instant());
    }

    private List<Task> complete(List<Head> heads) {
        var items = items(heads.stream().map(head -> head.id().toString()).toList()).stream()
                .collect(Collectors.groupingBy(Line::task, Collectors.mapping(Line::item, Collectors.toList())));
        return heads.stream()
                .map(head -> head.with(items.getOrDefault(head.id(), List.of())))
                .toList();
    }

    private List<Line> items(Collection<String> tasks) {
        return tasks.isEmpty()
                ? List.of()
                : jdbc.sql("""
                        select task_id, cluster_uuid, cluster_name, canary, state, previous_action, previous_state,
                            previous_description, started_at, ended_at
                        from task_cluster where task_id in (:tasks) order by task_id, position""").param("tasks", tasks).query(Tasks::line).list();
    }

    private static Head head(ResultSet row, int number) throws SQLException {
        return new Head(
                UUID.fromString(row.getString("id")),
                Columns.principal(row.getString("requester_kind"), row.getString("requester_name")),
                row.getInt("max_in_flight"),
                row.getBoolean("canceled"),
                time(row, "created_at").orElseThrow(),
                time(row, "ended_at"));
    }

    private static Line line(ResultSet row, int number) throws SQLException {
        return new Line(
                UUID.fromString(row.getString("task_id")),
                new Task.Item(
                        UUID.fromString(row.getString("cluster_uuid")),
                        row.getString("cluster_name"),
                        row.getBoolean("canary"),
                        Task.State.ofColumn(row.getString("state")),
                        Phase.of(row.getString("previous_action"), row.getString("previous_state")),
                        row.getString("previous_description"),
                        time(row, "started_at"),
                        time(row, "ended_at")));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(Columns.instant(row.getObject(column, LocalDateTime.class)));
    }
}
