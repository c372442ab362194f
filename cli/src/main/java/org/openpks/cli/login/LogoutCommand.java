package org.openpks.cli.login;

import org.openpks.cli.command.Context;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.NotLoggedIn;
import org.openpks.cli.session.LiveSession;
import picocli.CommandLine.Command;

@Command(
        name = "logout",
        description = {
            "The session is forgotten here and ended at the UAA. What 'pks get-credentials' wrote into a kubeconfig stays;",
            "what 'pks get-credentials --exec' keeps for kubectl goes."
        })
final class LogoutCommand extends PksCommand {
    @Override
    public void run(Context context) {
        try {
            new LiveSession(context.sessionFile(), context.clock(), context.connections()).end();
        } catch (NotLoggedIn over) {
            // Nobody is logged in any more; the file goes all the same.
        } catch (Failure e) {
            context.terminal()
                    .printError(
                            "The UAA could not be told, so the session ends there by itself later: " + e.getMessage());
        }
        context.sessionFile().delete();
        context.credentialFiles().deleteAll();
        context.terminal().print("Logout successful.");
    }
}
