package org.openpks.director.task;

import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;

/// Makes the fault with which a checkpoint ends a task that somebody cancelled.
final class TaskCancellation {

    private TaskCancellation() {}

    static Fault fault(long taskId) {
        return new Fault(DirectorFault.TASK_CANCELLED, "Task " + taskId + " cancelled");
    }

    static boolean is(Throwable failure) {
        return failure instanceof Fault fault && fault.code() == DirectorFault.TASK_CANCELLED;
    }
}
