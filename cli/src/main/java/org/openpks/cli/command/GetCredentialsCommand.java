package org.openpks.cli.command;

import org.openpks.cli.api.ClusterName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "get-credentials",
        description = {
            "The credentials are merged into the first file of $KUBECONFIG, or ~/.kube/config, and the cluster becomes",
            "kubectl's current context. Everything else in the file stays.",
            "",
            "Where clusters take UAA's users, your password is asked for, or taken from PKS_USER_PASSWORD;",
            "by single sign-on a code is asked for, or a browser opened."
        })
final class GetCredentialsCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Mixin
    SsoFlags ssoFlags = new SsoFlags();

    @Override
    void run(Context context) {
        var terminal = context.terminal();
        var api = context.api();
        terminal.print("Fetching credentials for cluster %s.".formatted(name));
        context.kubeconfig().merge(ClusterUser.loggedIn(api.bind(name), ssoFlags, context));
        terminal.print("Context set for cluster %s.".formatted(name));
        terminal.print("");
        terminal.print("You can now switch between clusters by using:");
        terminal.print("$kubectl config use-context <cluster-name>");
    }
}
