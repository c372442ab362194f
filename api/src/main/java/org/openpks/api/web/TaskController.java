package org.openpks.api.web;

import java.util.List;
import org.openpks.api.access.Audited;
import org.openpks.api.access.Caller;
import org.openpks.api.task.TaskService;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The routes about upgrades and the tasks that they are.
@RestController
class TaskController {

    private final TaskService tasks;

    TaskController(TaskService tasks) {
        this.tasks = tasks;
    }

    /// Upgrades one cluster or many.
    @Audited("upgrade-clusters")
    @PatchMapping(path = "/v1/clusters", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    TaskView upgrade(Caller caller, @RequestBody UpgradeRequest request) {
        return TaskView.of(tasks.upgrade(caller, request.order()));
    }

    @Audited("tasks")
    @GetMapping("/v1/tasks")
    List<TaskView> list(Caller caller, @RequestParam(defaultValue = "10") int limit) {
        return tasks.list(caller, limit).stream().map(TaskView::of).toList();
    }

    @Audited("task")
    @GetMapping("/v1/tasks/{id}")
    TaskView show(Caller caller, @PathVariable String id) {
        return TaskView.of(tasks.show(caller, id));
    }

    /// Cancels; the API has no other change of a task.
    @Audited("cancel-task")
    @PutMapping("/v1/tasks/{id}")
    TaskView cancel(Caller caller, @PathVariable String id) {
        return TaskView.of(tasks.cancel(caller, id));
    }
}
