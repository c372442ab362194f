package org.openpks.cli.command;

import java.util.List;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.terminal.Details;
import org.openpks.cli.terminal.Terminal;

/// The details of a cluster as several commands print them.
final class ClusterView {
    private ClusterView() {}

    static List<String> lines(Cluster cluster) {
        return new Details()
                .add("PKS Version", cluster.pksVersion())
                .add("Name", cluster.name())
                .add("K8s Version", cluster.k8sVersion())
                .add("Plan Name", cluster.planName())
                .add("UUID", cluster.uuid())
                .add("Last Action", cluster.lastAction())
                .add("Last Action State", cluster.lastActionState())
                .add("Last Action Description", cluster.lastActionDescription())
                .add("Kubernetes Master Host", cluster.masterHost())
                .add("Kubernetes Master Port", cluster.masterPort())
                .add("Worker Nodes", cluster.workers())
                .add("Kubernetes Master IP(s)", String.join(", ", cluster.masterIps()))
                .add("Network Profile Name", cluster.networkProfile())
                .add("Kubernetes Profile Name", cluster.kubernetesProfile())
                .add("Tags", cluster.tags())
                .lines();
    }

    /// The line after a command that began an operation.
    static void pointer(Terminal terminal, ClusterName name) {
        terminal.print("Use 'pks cluster %s' to monitor the state of your cluster".formatted(name));
    }
}
