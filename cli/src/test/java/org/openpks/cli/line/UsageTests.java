package org.openpks.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.cli.testkit.PksRun;

class UsageTests {
    @TempDir
    Path home;

    private PksRun.Result run(String... words) {
        return new PksRun(home).run(words);
    }

    @Test
    void printsTheVersionAsScriptsReadIt() {
        var result = run("--version");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).matches("PKS CLI version: 1\\.7\\.0-build\\.\\d+\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help", ""})
    void listsAllCommandsWithoutAskingForOne(String word) {
        var result = word.isEmpty() ? run() : run(word);
        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("Usage:\n  pks [command]", "\n  plans                      View the plans", "\n  help  ");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void everyCommandTeachesByExample() {
        assertThat(Commands.ALL).allSatisfy(entry -> {
            var viaHelp = run("help", entry.name());
            assertThat(viaHelp.out())
                    .startsWith(entry.summary() + "\n")
                    .contains("\nUsage:\n  pks " + entry.name(), "\nExamples:\n  ", "pks " + entry.name())
                    .contains("\nFlags:\n", "-h, --help", "help for " + entry.name());
            assertThat(run(entry.name(), "--help")).isEqualTo(viaHelp);
        });
    }

    @Test
    void showsTheFlagsOfACommandInTheUsualLayout() {
        assertThat(run("help", "clusters").out()).isEqualTo("""
                        Show all clusters that you may see

                        Administrators see all clusters, managers their own. Above the table stands the version that clusters can be
                        upgraded to, when one of them is behind it.

                        Usage:
                          pks clusters [flags]

                        Aliases:
                          clusters, list-clusters

                        Examples:
                          pks clusters
                          pks clusters --json

                        Flags:
                          -h, --help            help for clusters
                              --json            Return the PKS-API output as json
                          -o, --output format   Form of the output: table, json or yaml (default table)
                        """);
    }

    @Test
    void suggestsCommandsForAMistypedOne() {
        var result = run("plnas");
        assertThat(result.exit()).isOne();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("""
                        Error: unknown command "plnas" for "pks"

                        Did you mean this?
                        \tplans

                        Run 'pks --help' for usage.
                        """);
    }

    @Test
    void suggestsNothingForSomethingElse() {
        assertThat(run("frobnicate").err())
                .isEqualTo("Error: unknown command \"frobnicate\" for \"pks\"\nRun 'pks --help' for usage.\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    cluster                          | accepts 1 arg(s), received 0
                    cluster a b                      | accepts 1 arg(s), received 2
                    plans a                          | accepts 0 arg(s), received 1
                    plans -x                         | unknown shorthand flag: 'x' in -x
                    plans --frobnicate=1             | unknown flag: --frobnicate
                    --frobnicate                     | unknown flag: --frobnicate
                    -x plans                         | unknown shorthand flag: 'x' in -x
                    create-cluster                   | accepts 1 arg(s), received 0
                    create-cluster a                 | required flag(s) "external-hostname", "plan" not set
                    create-cluster a -e h            | required flag(s) "plan" not set
                    create-cluster a -e h -p         | flag needs an argument: --plan
                    create-cluster a -e h -p s -n 0  | invalid argument "0" for "-n, --num-nodes" flag: the number of worker nodes must be at least 1
                    create-cluster a -e h -p s -n -1 | invalid argument "-1" for "-n, --num-nodes" flag: the number of worker nodes must be at least 1
                    resize a -n many                 | invalid argument "many" for "-n, --num-nodes" flag: the number of worker nodes must be a whole number
                    resize a -n 99999999999          | invalid argument "99999999999" for "-n, --num-nodes" flag: the number of worker nodes must be a whole number
                    upgrade-clusters                 | required flag(s) "clusters" not set
                    plans --json -o yaml             | The flags --json and --output yaml contradict each other; give one.
                    plans -o toml                    | invalid argument "toml" for "-o, --output" flag: give table, json or yaml
                    tasks -l many                    | invalid argument "many" for "-l, --limit" flag: give a whole number
                    tasks -l 0                       | invalid argument "0" for "-l, --limit" flag: the number must be at least 1
                    update-cluster a --tags a:b:c    | invalid argument "a:b:c" for "--tags" flag: tags are like key:value,key2:value2,keyOnly; names and values have no quotes, colons or commas
                    update-cluster a --node-pool-instances a | invalid argument "a" for "--node-pool-instances" flag: node pools are like pool:3,other:7
                    rotate-certs a --only-nsx        | Cluster a has no NSX-T certificates: leave out --only-nsx.
                    create-quota a                   | no limit is given: give at least one of --cpu, --memory and --cluster
                    completion tcsh                  | There is no completion for the shell "tcsh": give bash, zsh or fish.
                    get-kubeconfig a                 | required flag(s) "api", "username" not set
                    update-cluster a                 | nothing to update: give at least one setting, as in --num-nodes 5
                    login                            | required flag(s) "api", "username" not set
                    login -a x --client-name c       | required flag(s) "client-secret" not set
                    """)
    void saysInOneLineWhatIsWrongWithACommandLine(String line, String message) {
        var result = run(line.split(" "));
        assertThat(result.exit()).isOne();
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines().findFirst()).contains("Error: " + message);
    }

    @Test
    void refusesAnEmptyName() {
        assertThat(run("cluster", "").err()).startsWith("Error: ").contains("the name of the cluster is empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plans",
                "clusters",
                "cluster c",
                "get-credentials c",
                "create-cluster c -e h -p s",
                "resize c -n 1 --non-interactive",
                "delete-cluster c --non-interactive"
            })
    void refusesToWorkWithoutALogin(String line) {
        var result = run(line.split(" "));
        assertThat(result.exit()).isOne();
        assertThat(result.err()).isEqualTo("Error: You are not currently authenticated. Please log in to continue\n");
    }

    @Test
    void logsOutWithoutASession() {
        assertThat(run("logout")).isEqualTo(new PksRun.Result(0, "Logout successful.\n", ""));
    }

    @Test
    void findsWhatWasMeant() {
        assertThat(Similar.to("cluster-create", List.of("create-cluster"))).isEmpty();
        assertThat(Similar.to("delete", List.of("delete-cluster", "plans"))).containsExactly("delete-cluster");
        assertThat(Similar.distance("resize", "reszie")).isEqualTo(2);
        assertThat(Similar.distance("", "abc")).isEqualTo(3);
    }
}
