package org.openpks.director.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One machine's agent: the subset of the BOSH agent's actions that the director uses.
///
/// Calls block; the caller runs them on virtual threads. Every call may be repeated. Failures are
/// [org.openpks.kernel.Fault]s naming job, script and the last lines of its log.
public interface Agent {

    /// Puts packages and rendered jobs in place: `/var/vcap/packages/P` (read-only), `/var/vcap/jobs/J`,
    /// `/var/vcap/sys/{log,run}/J`, monit files. Jobs and packages that are no longer named disappear. Does not
    /// stop or start anything.
    void apply(ApplySpec spec);

    /// Runs `bin/NAME` (pre-start, post-start, post-deploy, pre-stop, post-stop) of every job that has it, in
    /// parallel, with output in `/var/vcap/sys/log/JOB/NAME.{stdout,stderr}.log`. Fails when one exits non-zero.
    void runScript(String name, Map<String, String> env);

    /// Runs the drain scripts of all jobs after the BOSH drain protocol (docs-bosh, `drain`) and waits as they ask.
    /// @param kind `job_changed` or `job_shutdown`
    void drain(String kind, Map<String, String> env);

    /// monit start of all services.
    void start();

    /// Unmonitors and stops all services, at most five minutes.
    void stop();

    /// Whether the machine's first process lives. A machine that is only slow or whose monit hangs does run.
    boolean machineRuns();

    /// Asks monit; takes some milliseconds. Never fails on a machine that does not answer: the state is then
    /// `unresponsive agent`.
    State state();

    /// Runs `bin/run` of a job and returns what it printed; a non-zero exit is a result, not a failure.
    ErrandResult runErrand(String job, Duration timeout);

    /// Runs a program in the machine, for operators and tests.
    ErrandResult exec(List<String> command, Duration timeout);

    /// The last lines of the logs of a job (stderr first), for naming causes. Empty when there are none.
    String logTail(String job, int lines);

    /// A gzip tar of /var/vcap/sys/log.
    Path fetchLogs(Path into);

    /// What a machine shall hold.
    /// @param id the instance's uuid; with the next four written to
    ///     /var/vcap/instance/{id,name,deployment,az,index}
    /// @param packages directories by package name
    /// @param jobs rendered job directories by job name: `monit`, `bin/`, `config/` and so on
    /// @param hosts lines for /etc/hosts, BOSH DNS's stand-in: names by address
    record ApplySpec(
            String deployment,
            String group,
            String id,
            int index,
            String az,
            Map<String, Path> packages,
            Map<String, RenderedJob> jobs,
            Map<String, List<String>> hosts) {}

    /// A rendered job: file contents by path relative to the job's directory. `monit` is one of them. Files under
    /// `bin/` become executable.
    record RenderedJob(String name, Map<String, String> files, String digest) {}

    /// @param jobState running, failing, starting, stopped or `unresponsive agent`
    record State(String jobState, List<Process> processes, Map<String, Object> vitals) {
        public boolean running() {
            return "running".equals(jobState);
        }
    }

    record Process(
            String name, String state, long uptimeSeconds, long memoryKb, double memoryPercent, double cpuPercent) {}

    record ErrandResult(int exitCode, String stdout, String stderr) {}

    /// Finds the agent of a machine.
    interface Agents {
        Agent of(String vmCid);
    }
}
