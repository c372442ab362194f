package org.openpks.broker;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Comparator;
import java.util.List;
import org.openpks.bosh.Authorization;
import org.openpks.bosh.HttpDirector;
import org.openpks.bosh.Task;

/// A Director with a CredHub that brokers of tests use. What it is asked to do waits until a test lets it happen.
public interface DirectorUnderTest extends AutoCloseable {

    String USER = "admin";
    String PASSWORD = "admin";

    URI url();

    URI credhubUrl();

    /// Lets tasks come to their end, sooner or later; call it again while waiting for that.
    void progress();

    /// From now on tasks wait again.
    void hold();

    /// Returns when the creation of an instance waits to be let go. Before that it may have nothing yet that its
    /// deletion would have to wait for.
    void awaitCreation(String instance);

    /// While it is on, tasks that are let go fail with `no capacity left`.
    void failing(boolean on);

    @Override
    void close();

    /// The tasks of an instance's deployment, the first one first.
    default List<Task> tasks(String instance) {
        try (var http = HttpClient.newHttpClient()) {
            return new HttpDirector(http, url(), Authorization.basic(USER, PASSWORD))
                    .tasksOfDeployment("service-instance_" + instance, 1000).stream()
                            .sorted(Comparator.comparingLong(Task::id))
                            .toList();
        }
    }

    /// How many tasks of an instance have a description that starts so.
    default long count(String instance, String description) {
        return tasks(instance).stream()
                .filter(task -> task.description().startsWith(description))
                .count();
    }
}
