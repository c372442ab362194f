package org.openpks.cli.command;

import picocli.CommandLine.Command;

@Command(name = "logout")
final class LogoutCommand extends PksCommand {
    @Override
    void run(Context context) {
        context.sessionFile().delete();
        context.terminal().print("Logout successful.");
    }
}
