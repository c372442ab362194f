package org.openpks.director.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Which directors are alive. A director renews its lease while it lives; on the same machine a dead one is noticed
/// at once by its process id, so that a restart need not wait for the lease to run out.
@Repository
class DirectorProcesses {

    private final JdbcClient jdbc;
    private final InstantSource clock;

    DirectorProcesses(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Signs the director in, or renews its lease.
    void renew(UUID id, Duration lease) {
        var self = ProcessHandle.current();
        jdbc.sql("""
                insert into director_process (id, host, pid, pid_started_at, lease_until) values (:id, :host, :pid, :started, :until)
                on duplicate key update lease_until = :until""")
                .param("id", id.toString())
                .param("host", host())
                .param("pid", self.pid())
                .param("started", startOf(self))
                .param("until", clock.millis() + lease.toMillis())
                .update();
    }

    void signOut(UUID id) {
        jdbc.sql("delete from director_process where id = :id")
                .param("id", id.toString())
                .update();
    }

    /// Removes the rows of directors that are gone.
    void removeDead() {
        record Row(String id, String host, long pid, long started) {}
        jdbc.sql("delete from director_process where lease_until < :now")
                .param("now", clock.millis())
                .update();
        jdbc
                .sql("select id, host, pid, pid_started_at from director_process where host = :host")
                .param("host", host())
                .query((row, number) -> new Row(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4)))
                .list()
                .stream()
                .filter(row -> ProcessHandle.of(row.pid())
                        .filter(ProcessHandle::isAlive)
                        .filter(process -> startOf(process) == row.started())
                        .isEmpty())
                .forEach(row -> signOut(UUID.fromString(row.id())));
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /// The space in which a process id means something: this boot of this kernel and the namespace of process ids.
    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
                    + " "
                    + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException e) {
            // Without them nobody can tell, and the lease alone decides.
            return UUID.randomUUID().toString();
        }
    }
}
