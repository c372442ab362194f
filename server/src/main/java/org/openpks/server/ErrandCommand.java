package org.openpks.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;
import org.openpks.kernel.TlsClients;
import org.openpks.server.errand.DeleteAll;
import org.openpks.server.errand.ErrandFault;
import org.openpks.server.errand.HttpFleet;
import org.openpks.server.errand.Pause;
import org.openpks.server.errand.PksApi;
import org.openpks.server.errand.Report;
import org.openpks.server.errand.SmokeTests;
import org.openpks.server.errand.UpgradeAll;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The operator's errands. Defaults stand under `errands` in the settings.
@Command(
        name = "errand",
        description = "Do something with all clusters, or see that one can be made.",
        subcommands = {
            ErrandCommand.UpgradeAllClusters.class,
            ErrandCommand.DeleteAllClusters.class,
            ErrandCommand.SmokeTest.class
        },
        footer = {
            "",
            "Exit codes: 0 when everything is as it was asked, 1 when not. Defaults stand under "
                    + "errands in deploy/control-plane.yml, or in the file that OPENPKS_CONFIG names."
        })
final class ErrandCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }

    @Command(
            name = "upgrade-all-clusters",
            sortOptions = false,
            description = {
                "Upgrade every cluster to the software and the plan that are configured now.",
                "",
                "Canaries go first, one at a time; when one fails, nothing else is begun. Then come the "
                        + "others, at most --max-in-flight at once. A cluster with another operation is tried "
                        + "again, --attempt-limit times. After a failure the upgrades that run are awaited and no "
                        + "more are begun.",
                "",
                "Clusters that are up to date are passed over. So the errand may be interrupted and run "
                        + "again: it goes on where it was, and upgrades that had begun go on without it.",
                "",
                "  bin/pks-server errand upgrade-all-clusters",
                "  bin/pks-server errand upgrade-all-clusters --canary test-1 --max-in-flight 3",
                ""
            })
    static final class UpgradeAllClusters implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(names = "--max-in-flight", paramLabel = "N", description = "Clusters that are upgraded at once.")
        private Optional<Integer> maxInFlight;

        @Option(names = "--canaries", paramLabel = "N", description = "How many clusters go first, alone.")
        private Optional<Integer> canaries;

        @Option(
                names = "--canary",
                paramLabel = "NAME",
                description =
                        "A cluster that may be a canary; may be given several times. Without --canaries all that are named go first.")
        private Set<String> names = new LinkedHashSet<>();

        @Option(names = "--attempt-limit", paramLabel = "N", description = "How often busy clusters are tried.")
        private Optional<Integer> attemptLimit;

        @Option(names = "--attempt-interval", paramLabel = "SECONDS", description = "Time between two attempts.")
        private Optional<Integer> attemptInterval;

        @Option(names = "--polling-interval", paramLabel = "SECONDS", description = "Time between two looks.")
        private Optional<Integer> pollingInterval;

        @Option(names = "--request-timeout", paramLabel = "SECONDS", description = "Longest time for one request.")
        private Optional<Integer> requestTimeout;

        @Override
        public Integer call() throws InterruptedException {
            var defaults = Main.settings().errands().upgradeAllClusters();
            var pace = new UpgradeAll.Pace(
                    atLeast(1, "--max-in-flight", maxInFlight.orElse(defaults.maxInFlight())),
                    atLeast(0, "--canaries", canaries.orElse(names.isEmpty() ? defaults.canaries() : 0)),
                    names,
                    atLeast(1, "--attempt-limit", attemptLimit.orElse(defaults.attemptLimit())),
                    seconds(0, "--attempt-interval", attemptInterval.orElse(defaults.attemptInterval())),
                    seconds(0, "--polling-interval", pollingInterval.orElse(defaults.pollingInterval())));
            var timeout = seconds(1, "--request-timeout", requestTimeout.orElse(defaults.requestTimeout()));
            var installation = Main.existingInstallation();
            var errand = new UpgradeAll(
                    fleet(installation, timeout),
                    api(installation, timeout).names(),
                    pace,
                    report(spec),
                    InstantSource.system(),
                    Pause.SLEEP);
            return errand.run() ? 0 : 1;
        }
    }

    @Command(
            name = "delete-all-clusters",
            sortOptions = false,
            description = {
                "Delete every cluster with everything in it, and wait until nothing is left.",
                "",
                "The errand may be interrupted and run again; deletions that had begun go on without it.",
                ""
            })
    static final class DeleteAllClusters implements Callable<Integer> {

        /// How long the API may not answer before the errand gives up.
        private static final Duration SILENCE = Duration.ofMinutes(5);

        @Spec
        private CommandSpec spec;

        @Option(names = "--non-interactive", description = "Do not ask whether it is meant.")
        private boolean nonInteractive;

        @Option(names = "--max-in-flight", paramLabel = "N", description = "Clusters that are deleted at once.")
        private Optional<Integer> maxInFlight;

        @Option(names = "--polling-interval", paramLabel = "SECONDS", description = "Time between two looks.")
        private Optional<Integer> pollingInterval;

        @Option(names = "--request-timeout", paramLabel = "SECONDS", description = "Longest time for one request.")
        private Optional<Integer> requestTimeout;

        @Override
        public Integer call() throws InterruptedException {
            var defaults = Main.settings().errands().deleteAllClusters();
            var pace = new DeleteAll.Pace(
                    atLeast(1, "--max-in-flight", maxInFlight.orElse(defaults.maxInFlight())),
                    seconds(0, "--polling-interval", pollingInterval.orElse(defaults.pollingInterval())),
                    SILENCE);
            var timeout = seconds(1, "--request-timeout", requestTimeout.orElse(defaults.requestTimeout()));
            var installation = Main.existingInstallation();
            var clusters = api(installation, timeout);
            var names = clusters.list();
            if (!names.isEmpty() && !nonInteractive) {
                confirm(names);
            }
            return new DeleteAll(
                                    clusters,
                                    fleet(installation, timeout),
                                    pace,
                                    report(spec),
                                    InstantSource.system(),
                                    Pause.SLEEP)
                            .run(names)
                    ? 0
                    : 1;
        }

        private void confirm(List<String> names) {
            var console = System.console();
            if (console == null || !console.isTerminal()) {
                throw new Fault(
                        ErrandFault.NOT_CONFIRMED,
                        "Nobody can be asked whether %d clusters shall be deleted; --non-interactive says yes."
                                .formatted(names.size()));
            }
            var answer = console.readLine(
                    "Delete all %d clusters and everything in them: %s? (y/n): ",
                    names.size(), String.join(", ", names));
            if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
                throw new Fault(ErrandFault.NOT_CONFIRMED, "Nothing was deleted.");
            }
        }
    }

    @Command(
            name = "smoke-tests",
            sortOptions = false,
            description = {
                "Make a real cluster the way a user does, see that it works, and delete it.",
                "",
                "The cluster goes also after a failure and after Ctrl-C. One that a killed errand left "
                        + "goes with the next.",
                ""
            })
    static final class SmokeTest implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(names = "--plan", paramLabel = "NAME", description = "The plan of the cluster.")
        private Optional<String> plan;

        @Option(names = "--step-timeout", paramLabel = "SECONDS", description = "Longest time for one step.")
        private Optional<Integer> stepTimeout;

        @Override
        public Integer call() throws IOException {
            var defaults = Main.settings().errands().smokeTests();
            var limit = seconds(1, "--step-timeout", stepTimeout.orElse(defaults.stepTimeout()));
            var installation = Main.existingInstallation();
            var home = installation.home();
            var bin = Main.checkout().resolve("bin");
            var tests = new SmokeTests(
                    home.root().resolve("run/smoke-tests"),
                    new SmokeTests.Tools(bin.resolve("pks"), bin.resolve("kubectl"), home.cache()),
                    new SmokeTests.Login(
                            installation.apiUrl().toString(),
                            installation.uaaUrl().toString(),
                            Credentials.ADMIN_USER,
                            installation.credentials().adminPassword(),
                            installation.ca()),
                    plan.orElse(defaults.plan()),
                    limit,
                    report(spec),
                    InstantSource.system());
            var lock = SecretFiles.createDirectories(home.root().resolve("run")).resolve("smoke-tests.lock");
            try (var channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                if (channel.tryLock() == null) {
                    throw new Fault(ErrandFault.WRONG_REQUEST, "Smoke tests run already.");
                }
                return tests.run() ? 0 : 1;
            }
        }
    }

    private static HttpFleet fleet(Installation installation, Duration timeout) {
        return new HttpFleet(
                TlsClients.trusting(installation.ca()),
                installation.local(installation.settings().ports().broker()),
                Credentials.BROKER_USER,
                installation.credentials().brokerPassword(),
                timeout);
    }

    private static PksApi api(Installation installation, Duration timeout) {
        return new PksApi(
                TlsClients.trusting(installation.ca()),
                new PksApi.Login(
                        installation.local(installation.settings().ports().uaa()),
                        Credentials.UAA_ADMIN_CLIENT,
                        installation.credentials().uaaAdminSecret()),
                installation.local(installation.settings().ports().api()),
                timeout,
                InstantSource.system());
    }

    private static Report report(CommandSpec spec) {
        return new Report(spec.commandLine().getOut(), InstantSource.system());
    }

    private static int atLeast(int least, String option, int value) {
        if (value < least) {
            throw new Fault(ErrandFault.WRONG_REQUEST, "%s must be at least %d.".formatted(option, least));
        }
        return value;
    }

    private static Duration seconds(int least, String option, int value) {
        return Duration.ofSeconds(atLeast(least, option, value));
    }
}
