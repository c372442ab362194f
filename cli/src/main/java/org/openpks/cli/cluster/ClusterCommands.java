package org.openpks.cli.cluster;

import java.util.List;
import org.openpks.cli.command.Entry;

/// The commands about clusters and plans, for the list of all commands.
public final class ClusterCommands {
    private static final String ONE = "<cluster-name> [flags]";

    public static final List<Entry> ALL = List.of(
            Entry.of(
                    "cluster",
                    "View the details of a cluster",
                    ONE,
                    ClusterCommand::new,
                    "pks cluster my-cluster",
                    "pks cluster my-cluster --details",
                    "pks cluster my-cluster --watch",
                    "pks cluster my-cluster --json"),
            Entry.of(
                            "clusters",
                            "Show all clusters that you may see",
                            "[flags]",
                            ClustersCommand::new,
                            "pks clusters",
                            "pks clusters --json")
                    .alias("list-clusters"),
            Entry.of(
                    "create-cluster",
                    "Create a Kubernetes cluster from a plan",
                    ONE,
                    CreateClusterCommand::new,
                    "pks create-cluster my-cluster --external-hostname my-cluster.example.com --plan small",
                    "pks create-cluster my-cluster -e my-cluster.example.com -p small --num-nodes 5 --wait",
                    "pks create-cluster my-cluster -e my-cluster.example.com -p small --tags client:tiny,costcenter:petty",
                    "pks create-cluster my-cluster -e my-cluster.example.com -p small --kubernetes-profile my-profile"),
            Entry.of(
                    "delete-cluster",
                    "Delete a cluster with everything that runs in it",
                    ONE,
                    DeleteClusterCommand::new,
                    "pks delete-cluster my-cluster",
                    "pks delete-cluster my-cluster --non-interactive --wait"),
            Entry.of(
                    "plans",
                    "View the plans that clusters can be created from",
                    "[flags]",
                    PlansCommand::new,
                    "pks plans",
                    "pks plans --output yaml"),
            Entry.of(
                    "resize",
                    "Change the number of worker nodes of a cluster",
                    ONE,
                    ResizeCommand::new,
                    "pks resize my-cluster --num-nodes 5",
                    "pks resize my-cluster -n 5 --non-interactive --wait"),
            Entry.of(
                    "update-cluster",
                    "Change the settings of a cluster",
                    ONE,
                    UpdateClusterCommand::new,
                    "pks update-cluster my-cluster --num-nodes 5",
                    "pks update-cluster my-cluster --kubelet-drain-timeout 10 --kubelet-drain-force true --wait",
                    "pks update-cluster my-cluster --kubernetes-profile my-profile",
                    "pks update-cluster my-cluster --tags \"\""),
            Entry.of(
                    "upgrade-cluster",
                    "Upgrade a cluster to the Kubernetes version that is offered",
                    ONE,
                    UpgradeClusterCommand::new,
                    "pks upgrade-cluster my-cluster",
                    "pks upgrade-cluster my-cluster --non-interactive --wait"),
            Entry.of(
                    "certificates",
                    "View the certificates of a cluster that end soon",
                    ONE,
                    CertificatesCommand::new,
                    "pks certificates my-cluster",
                    "pks certificates my-cluster --days 30"),
            Entry.of(
                            "rotate-certificates",
                            "Make new certificates for a cluster",
                            ONE,
                            RotateCertificatesCommand::new,
                            "pks rotate-certificates my-cluster --wait",
                            "pks rotate-certificates my-cluster --all --non-interactive")
                    .alias("rotate-certs"));

    private ClusterCommands() {}
}
