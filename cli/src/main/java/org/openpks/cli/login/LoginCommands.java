package org.openpks.cli.login;

import java.util.List;
import org.openpks.cli.command.Entry;

/// The commands about sessions, for the list of all commands.
public final class LoginCommands {
    public static final List<Entry> ALL = List.of(
            Entry.of(
                    "login",
                    "Log in to a PKS API",
                    "[flags]",
                    LoginCommand::new,
                    "pks login -a api.pks.example.com -u alana --ca-cert ca.pem",
                    "pks login -a api.pks.example.com -u alana -p 'secret' -k",
                    "pks login -a api.pks.example.com --client-name automation --client-secret 'secret'",
                    "eval \"$(bin/pks-server env)\" && pks login"),
            Entry.of(
                    "logout",
                    "Log out of the PKS API; credentials in a kubeconfig stay",
                    "[flags]",
                    LogoutCommand::new,
                    "pks logout"));

    private LoginCommands() {}
}
