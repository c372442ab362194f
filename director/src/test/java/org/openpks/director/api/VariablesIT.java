package org.openpks.director.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import org.openpks.director.variable.Variables;
import org.openpks.director.variable.Variables.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Variables in a real database: made once whoever asks, unreadable without the key.
class VariablesIT {

    @TempDir
    Path home;

    private final Map<String, Object> database = TestDatabase.settings("director");

    private RunningComponent start() {
        return RunningComponent.start("director", TestDirector.class, DirectorApiIT.settings(home, database));
    }

    @Test
    void manyWhoAskAtOnceGetOneValue() throws Exception {
        try (var director = start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var variables = director.bean(Variables.class);
            variables.ensure("/d/ca", "certificate", Map.of("is_ca", true, "common_name", "ca"));
            var calls = new ArrayList<Callable<Variable>>();
            for (int i = 0; i < 100; i++) {
                var name = "/d/leaf-" + i % 10;
                calls.add(() -> variables.ensure(name, "certificate", Map.of("common_name", name, "ca", "/d/ca")));
            }
            var ids = new ArrayList<String>();
            for (var made : threads.invokeAll(calls)) {
                ids.add(made.get().id());
            }
            assertThat(ids.stream().distinct()).hasSize(10);
            assertThat(variables.list("/d/")).hasSize(11).allMatch(entry -> entry.expiresAt()
                    .isPresent());
            variables.ensure("/d_", "password", Map.of());
            variables.deleteByPrefix("/d/");
            assertThat(variables.list("/")).extracting(Variables.Entry::name).containsExactly("/d_");
        }
    }

    @Test
    void valuesAreUnreadableInTheDatabaseAndWithoutTheKey() throws Exception {
        var value = "a secret that is easily found";
        try (var director = start()) {
            director.bean(Variables.class).set("/plain", "value", value);
            var stored = director.bean(JdbcClient.class)
                    .sql("select value from variable_version")
                    .query(String.class)
                    .single();
            assertThat(stored).doesNotContain("secret");
        }
        try (var director = start()) {
            assertThat(director.bean(Variables.class).find("plain").map(Variable::value))
                    .contains(value);
            director.bean(JdbcClient.class)
                    .sql("update variable_version set name = name, id = reverse(id)")
                    .update();
            var id = director.bean(JdbcClient.class)
                    .sql("select id from variable_version")
                    .query(String.class)
                    .single();
            assertThatThrownBy(() -> director.bean(Variables.class).byId(id)).isInstanceOf(IllegalStateException.class);
        }
        Files.delete(home.resolve("encryption.key"));
        assertThatThrownBy(this::start).hasStackTraceContaining("is missing, but the database holds variables");
        assertThat(List.of(home.resolve("encryption.key"))).allMatch(Files::notExists);
    }
}
