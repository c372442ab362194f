package org.openpks.broker.instance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.openpks.adapter.Plan;
import org.openpks.bosh.Director;
import org.openpks.bosh.Task;

/// How far an operation is, told from the Director's tasks alone.
sealed interface Progress {

    /// No task carries the operation's context.
    record NotStarted() implements Progress {}

    /// @param now the task that runs
    record Running(Task first, Task now) implements Progress {}

    /// Everything so far is done; the operation deploys again.
    /// @param stage how many deploys came before
    /// @param step the number of tasks so far
    record NextDeploy(Task first, int stage, int step) implements Progress {}

    /// Everything so far is done; this errand comes next.
    /// @param step the number of tasks so far
    record NextErrand(Task first, Plan.Errand errand, int step) implements Progress {}

    /// The errands before a deletion are done.
    /// @param step the number of tasks so far
    record ReadyToDelete(Task first, int step) implements Progress {}

    record Succeeded(Task last) implements Progress {}

    /// @param last the task that failed, or the errand that ended with another exit code than 0
    record Failed(Task last) implements Progress {}

    /// Whether nothing more will happen.
    default boolean ended() {
        return switch (this) {
            case Succeeded s -> true;
            case Failed f -> true;
            case NotStarted n -> false;
            case Running r -> false;
            case NextDeploy n -> false;
            case NextErrand n -> false;
            case ReadyToDelete r -> false;
        };
    }

    /// The task that a client of the On-Demand Broker expects in the operation's string; 0 when there is none yet.
    default long firstTask() {
        return switch (this) {
            case Running(var first, var now) -> first.id();
            case NextDeploy(var first, var stage, var step) -> first.id();
            case NextErrand(var first, var errand, var step) -> first.id();
            case ReadyToDelete(var first, var step) -> first.id();
            case Succeeded(var last) -> last.id();
            case Failed(var last) -> last.id();
            case NotStarted n -> 0;
        };
    }

    /// Looks at the tasks of an operation's context.
    /// @param deploys how often the operation deploys; its errands follow each time
    static Progress of(
            Director director,
            String deployment,
            OperationType type,
            String contextId,
            int deploys,
            List<Plan.Errand> errands) {
        var tasks = director.tasksOfContext(contextId).stream()
                .filter(task -> deployment.equals(task.deployment()) || task.deployment() == null)
                .sorted(Comparator.comparingLong(Task::id))
                .toList();
        if (tasks.isEmpty()) {
            return new NotStarted();
        }
        var first = tasks.getFirst();
        var last = tasks.getLast();
        var running = tasks.stream().filter(task -> task.state().running()).findFirst();
        if (running.isPresent()) {
            return new Running(first, running.get());
        }
        boolean deleting = type.deletes() && last.description().startsWith("delete deployment");
        if (last.state().failed() || (isErrand(last) && errandFailed(director, last))) {
            // A forced deletion goes on after errands that failed.
            if (type != OperationType.FORCE_DELETE || deleting) {
                return new Failed(last);
            }
        }
        if (deleting) {
            return new Succeeded(last);
        }
        var remaining = new ArrayList<>(tasks);
        for (int stage = 0; stage < deploys; stage++) {
            boolean deployed = remove(remaining, Progress::isDeploy);
            if (!deployed && stage > 0) {
                return new NextDeploy(first, stage, tasks.size());
            }
            for (var errand : errands) {
                if (!remove(remaining, task -> runs(task, errand))) {
                    return new NextErrand(first, errand, tasks.size());
                }
            }
        }
        return type.deletes() ? new ReadyToDelete(first, tasks.size()) : new Succeeded(last);
    }

    /// Takes out the first that fits, and says whether there was one.
    private static boolean remove(List<Task> tasks, Predicate<Task> which) {
        var found = tasks.stream().filter(which).findFirst();
        found.ifPresent(tasks::remove);
        return found.isPresent();
    }

    private static boolean isErrand(Task task) {
        return task.description().startsWith("run errand ");
    }

    static boolean isDeploy(Task task) {
        return !isErrand(task) && !task.description().startsWith("delete deployment");
    }

    private static boolean runs(Task task, Plan.Errand errand) {
        return task.description().startsWith("run errand " + errand.name() + " from ");
    }

    private static boolean errandFailed(Director director, Task task) {
        return director.errandResults(task.id()).stream().anyMatch(result -> result.exitCode() != 0);
    }
}
