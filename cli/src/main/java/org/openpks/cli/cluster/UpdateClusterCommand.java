package org.openpks.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.ClusterSettings;
import org.openpks.cli.api.ClusterTag;
import org.openpks.cli.api.DrainSetting;
import org.openpks.cli.api.WorkerCount;
import org.openpks.cli.command.ChangeFlags;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.command.Usage;
import org.openpks.cli.command.WorkerCountConverter;
import org.openpks.cli.terminal.Text;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "update-cluster",
        description = {
            "Give at least one setting. What is not given stays as it is; the command shows what will change and asks.",
            "Settings outlive upgrades. --tags replaces all tags, and --tags \"\" takes them away; --kubernetes-profile \"\"",
            "takes the profile off. The kubelet-drain settings say how workloads leave a worker before it is changed."
        })
final class UpdateClusterCommand extends PksCommand {
    private static final String COMMAND = "update-cluster";
    private static final String NONE = "(none)";

    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(
            names = "--num-nodes",
            paramLabel = "int32",
            converter = WorkerCountConverter.class,
            description = "Number of worker nodes")
    @Nullable
    WorkerCount workers;

    @Option(
            names = "--kubelet-drain-timeout",
            paramLabel = "string",
            description = "Minutes that draining a worker may take; 0 is as long as it takes")
    @Nullable
    String drainTimeout;

    @Option(
            names = "--kubelet-drain-grace-period",
            paramLabel = "string",
            description = "Seconds that pods have to end; -1 is what each pod asks for")
    @Nullable
    String drainGracePeriod;

    @Option(
            names = "--kubelet-drain-force",
            paramLabel = "string",
            description = "Drain also pods that no controller would start anew: true or false")
    @Nullable
    String drainForce;

    @Option(
            names = "--kubelet-drain-ignore-daemonsets",
            paramLabel = "string",
            description = "Leave the pods of daemon sets alone: true or false")
    @Nullable
    String drainIgnoreDaemonsets;

    @Option(
            names = "--kubelet-drain-delete-local-data",
            paramLabel = "string",
            description = "Drain also pods with data on the worker, which is lost: true or false")
    @Nullable
    String drainDeleteLocalData;

    @Option(
            names = "--kubelet-drain-force-node",
            paramLabel = "string",
            description = "Go on when draining fails: true or false")
    @Nullable
    String drainForceNode;

    @Mixin
    SettingFlags settings = new SettingFlags();

    @Mixin
    OutputFlags output = new OutputFlags();

    @Mixin
    ChangeFlags flags = new ChangeFlags();

    @Override
    public void run(Context context) {
        var change = settings.settings(COMMAND, Optional.ofNullable(workers), drain());
        if (change.isEmpty()) {
            throw Usage.wrong(COMMAND, "nothing to update: give at least one setting, as in --num-nodes 5");
        }
        var api = context.api();
        if (flags.asks()) {
            context.terminal().print("Update summary for cluster %s:".formatted(name));
            context.terminal().print(summary(change));
            if (!Question.confirm(context.terminal(), "Are you sure you want to continue? (y/n): ")) {
                return;
            }
        }
        api.update(name, change);
        Change.follow(context, api, name, Watch.Operation.UPDATE, flags.waits(), output, true);
    }

    private Map<DrainSetting, String> drain() {
        var drain = new TreeMap<DrainSetting, String>();
        put(drain, DrainSetting.TIMEOUT, drainTimeout);
        put(drain, DrainSetting.GRACE_PERIOD, drainGracePeriod);
        put(drain, DrainSetting.FORCE, drainForce);
        put(drain, DrainSetting.FORCE_NODE, drainForceNode);
        put(drain, DrainSetting.IGNORE_DAEMONSETS, drainIgnoreDaemonsets);
        put(drain, DrainSetting.DELETE_LOCAL_DATA, drainDeleteLocalData);
        return drain;
    }

    private static void put(Map<DrainSetting, String> drain, DrainSetting setting, @Nullable String value) {
        SettingFlags.given(value).ifPresent(text -> drain.put(setting, text));
    }

    private static List<String> summary(ClusterSettings change) {
        var lines = new ArrayList<String>();
        change.workers().ifPresent(count -> lines.add("Worker Number: " + count));
        change.drain().forEach((setting, value) -> lines.add(line(setting.inSummary(), value)));
        change.networkProfile().ifPresent(profile -> lines.add(line("Network Profile Name", profile)));
        change.kubernetesProfile().ifPresent(profile -> lines.add(line("Kubernetes Profile Name", profile)));
        change.computeProfile().ifPresent(profile -> lines.add(line("Compute Profile Name", profile)));
        change.pools().ifPresent(pools -> lines.add(line("Node Pool Instances", ClusterSettings.text(pools))));
        change.tags().ifPresent(tags -> lines.add(line("Tags", tags(tags))));
        change.insecureRegistries()
                .ifPresent(registries -> lines.add(line(
                        "Insecure Registries",
                        String.join(
                                ",",
                                registries.items().stream()
                                        .map(registry -> registry.text())
                                        .toList()))));
        change.customCaCerts()
                .ifPresent(authorities -> lines.add(line(
                        "Custom CA Certs",
                        String.join(
                                ",",
                                authorities.items().stream()
                                        .map(authority -> authority.text("domain_name"))
                                        .toList()))));
        return lines;
    }

    private static String line(String key, String value) {
        return key + ": " + (value.isBlank() ? NONE : Text.line(value));
    }

    private static String tags(List<ClusterTag> tags) {
        return String.join(",", tags.stream().map(ClusterTag::toString).toList());
    }
}
