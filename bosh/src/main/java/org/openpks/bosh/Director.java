package org.openpks.bosh;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A BOSH Director. Every method throws [org.openpks.kernel.Fault] with a [BoshFault]. Reads are repeated a few
/// times when the network fails; writes are sent once, so that no task is ever made twice. Safe for use by many
/// threads.
public interface Director {

    Info info();

    /// @throws org.openpks.kernel.Fault [BoshFault#MISSING] when there is no such task
    Task task(long id);

    /// The tasks of a context, the one that changed last first.
    List<Task> tasksOfContext(String contextId);

    /// The tasks of a deployment in any of the states (all when none is named), the one that changed last first.
    List<Task> tasksOfDeployment(String deployment, int limit, Task.State... states);

    /// A task's output from a byte on; empty when there is nothing (yet).
    String output(long taskId, Output type, long fromByte);

    /// The complete lines of a task's event log.
    List<TaskEvent> events(long taskId);

    /// The results of an errand's task, one for each instance.
    List<ErrandResult> errandResults(long taskId);

    /// Asks a task to stop at its next checkpoint. Nothing happens when it ended already.
    void cancel(long taskId);

    List<Deployment> deployments();

    /// Empty when the deployment does not exist.
    Optional<DeployedManifest> deployment(String name);

    /// Starts to create or change the deployment that the manifest names.
    /// @return the task's id
    default long deploy(String manifest, Optional<String> contextId) {
        return deploy(manifest, List.of(), contextId);
    }

    /// The same, without emptying the machines of some instance groups before they change.
    long deploy(String manifest, List<String> undrained, Optional<String> contextId);

    /// Starts to delete a deployment; empty when there is none.
    OptionalLong delete(String deployment, boolean force, Optional<String> contextId);

    /// The machines and their addresses, as the Director has them on record.
    List<Vm> vms(String deployment);

    /// The full names of a deployment's variables.
    List<String> variables(String deployment);

    List<String> errands(String deployment);

    /// Starts an errand.
    /// @param instances `group`, `group/index`, `group/uuid` or `group/first`; empty for all
    long runErrand(String deployment, String errand, List<String> instances, Optional<String> contextId);

    /// Recreates all machines of a deployment, with its manifest as it is.
    long recreate(String deployment, Optional<String> contextId);

    /// The newest version of every config of a type.
    List<Config> configs(Optional<String> type, Optional<String> name);

    Optional<Config> config(String type, String name);

    /// Adds a version, unless the newest has the same content.
    /// @param expectedLatestId refuses with [BoshFault#STALE] when the newest version is another one; `0` stands
    ///     for none at all
    Config putConfig(String type, String name, String content, Optional<String> expectedLatestId);

    /// Nothing happens when there is none.
    void deleteConfig(String type, String name);

    /// The newest cloud config of a name.
    Optional<String> cloudConfig(String name);

    void updateCloudConfig(String name, String content);

    List<Release> releases();

    long uploadRelease(Path tarball);

    long uploadRelease(String location, Optional<String> sha1);

    List<Stemcell> stemcells();

    long uploadStemcell(Path tarball);

    long uploadStemcell(String location, Optional<String> sha1);

    enum Output {
        EVENT,
        RESULT,
        DEBUG,
        CPI
    }

    /// @param manifest as it was uploaded; empty until the first deploy that succeeds
    record DeployedManifest(Optional<String> manifest) {}
}
