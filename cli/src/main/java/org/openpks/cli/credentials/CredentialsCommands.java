package org.openpks.cli.credentials;

import java.util.List;
import org.openpks.cli.command.Entry;

/// The commands about credentials of clusters, for the list of all commands.
public final class CredentialsCommands {
    public static final List<Entry> ALL = List.of(
            Entry.of(
                    "exec-credential",
                    "Print a short-lived token of a cluster for kubectl",
                    "<cluster-name> [flags]",
                    ExecCredentialCommand::new,
                    "pks exec-credential my-cluster"),
            Entry.of(
                    "get-credentials",
                    "Let kubectl connect to a cluster as its administrator",
                    "<cluster-name> [flags]",
                    GetCredentialsCommand::new,
                    "pks get-credentials my-cluster && kubectl get nodes",
                    "pks get-credentials my-cluster --exec"),
            Entry.of(
                    "get-kubeconfig",
                    "Let kubectl connect to a cluster as one of its users",
                    "<cluster-name> [flags]",
                    GetKubeconfigCommand::new,
                    "pks get-kubeconfig my-cluster -a api.pks.example.com -u cody --ca-cert ca.pem",
                    "pks get-kubeconfig my-cluster -a api.pks.example.com --sso"));

    private CredentialsCommands() {}
}
