package org.openpks.cli.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.DrainSetting;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Details;
import org.openpks.cli.terminal.Table;
import org.openpks.cli.terminal.Terminal;

/// The details of a cluster as several commands print them.
final class ClusterView {
    /// NSX-T's details by their names in JSON, in the order of the original.
    private static final List<Map.Entry<String, String>> NSXT = List.of(
            Map.entry("lb_size", "Load Balancer Size"),
            Map.entry("nodes_dns", "Nodes DNS Setting"),
            Map.entry("node_routable", "Node IP addresses are routable [no-nat]"),
            Map.entry("node_subnet_prefix", "Nodes subnet prefix"),
            Map.entry("pod_routable", "POD IP addresses are routable [no-nat]"),
            Map.entry("pod_subnet_prefix", "PODs subnet prefix"),
            Map.entry("master_vms_nsgroup_id", "NS Group ID of master VMs"),
            Map.entry("t0_router_id", "Tier 0 Router identifier"),
            Map.entry("fip_pool_ids", "Floating IP Pool identifiers"),
            Map.entry("node_ip_block_ids", "Node IP block identifiers"),
            Map.entry("pod_ip_block_ids", "POD IP block identifiers"));

    private ClusterView() {}

    static List<String> lines(Cluster cluster) {
        var details = new Details()
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
                .add("Kubernetes Profile Name", cluster.kubernetesProfile());
        // The command of 1.7 does not know the line, so it only stands where there is something to tell.
        if (!cluster.computeProfile().isEmpty()) {
            details.add("Compute Profile Name", cluster.computeProfile());
        }
        return details.add("Tags", cluster.tags()).lines();
    }

    /// The lines that `--details` has more.
    static List<String> settings(Cluster cluster) {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.addAll(network(cluster.nsxt()));
        lines.add("Kubernetes Settings Details:");
        var all = Arrays.asList(DrainSetting.values());
        var own = all.stream()
                .filter(setting -> !cluster.drain(setting).isEmpty())
                .toList();
        var table = new Table();
        own.forEach(setting -> row(table, setting, cluster.drain(setting)));
        all.stream()
                .filter(setting -> !own.contains(setting))
                .forEach(setting -> row(table, setting, cluster.planDrain(setting)));
        var rows = table.lines();
        lines.add("  Set by Cluster:");
        rows.subList(0, own.size()).forEach(row -> lines.add("  " + row));
        lines.add("  Set by Plan:");
        rows.subList(own.size(), rows.size()).forEach(row -> lines.add("  " + row));
        return lines;
    }

    private static void row(Table table, DrainSetting setting, String value) {
        table.row(setting.inDetails(), "(%s):".formatted(setting.flag()), value);
    }

    private static List<String> network(Json details) {
        if (!details.isObject()) {
            return List.of();
        }
        var table = new Table();
        for (var detail : NSXT) {
            var value = details.at(detail.getKey());
            table.row(detail.getValue(), "(%s):".formatted(detail.getKey()), value.isNull() ? "" : value.toString());
        }
        var lines = new ArrayList<String>();
        lines.add("NSXT Network Details:");
        table.lines().forEach(row -> lines.add("  " + row));
        return lines;
    }

    /// The line after a command that began an operation.
    static void pointer(Terminal terminal, ClusterName name) {
        terminal.print("Use 'pks cluster %s' to monitor the state of your cluster".formatted(name));
    }
}
