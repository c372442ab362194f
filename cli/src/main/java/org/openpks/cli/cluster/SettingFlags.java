package org.openpks.cli.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterSettings;
import org.openpks.cli.api.ClusterTag;
import org.openpks.cli.api.DrainSetting;
import org.openpks.cli.api.WorkerCount;
import org.openpks.cli.command.Usage;
import picocli.CommandLine.Option;

/// The settings that `create-cluster` and `update-cluster` both take.
final class SettingFlags {
    @Option(
            names = "--network-profile",
            paramLabel = "string",
            description = "Network profile to use (needs NSX-T; 'pks network-profiles' lists them)")
    @Nullable
    String networkProfile;

    @Option(
            names = "--kubernetes-profile",
            paramLabel = "string",
            description = "Kubernetes profile to use ('pks kubernetes-profiles' lists them)")
    @Nullable
    String kubernetesProfile;

    @Option(
            names = "--compute-profile",
            paramLabel = "string",
            description = "Compute profile to use ('pks compute-profiles' lists them)")
    @Nullable
    String computeProfile;

    @Option(
            names = "--node-pool-instances",
            paramLabel = "string",
            description = "Number of nodes in each pool of the compute profile, as in \"pool:3,other:7\"")
    @Nullable
    String pools;

    @Option(
            names = "--tags",
            paramLabel = "string",
            description = "Tags of the cluster's machines, as in \"key:value,other:value,keyOnly\"")
    @Nullable
    String tags;

    @Option(
            names = "--config-file",
            paramLabel = "path",
            description = "JSON or YAML file with insecure_registries, custom_ca_certs and kubelet_drain_... settings")
    @Nullable
    String configFile;

    /// What was asked for.
    /// @param command whose flags these are
    /// @param drain settings given by flags, which win over those in the file
    ClusterSettings settings(String command, Optional<WorkerCount> workers, Map<DrainSetting, String> drain) {
        var file = configFile == null ? ConfigFile.NONE : ConfigFile.read(configFile);
        var drains = new TreeMap<DrainSetting, String>(file.drain());
        drains.putAll(drain);
        return new ClusterSettings(
                workers,
                given(networkProfile),
                Optional.ofNullable(kubernetesProfile),
                given(computeProfile),
                Optional.ofNullable(pools).map(text -> NodePools.parse(command, text)),
                Optional.ofNullable(tags).map(text -> tags(command, text)),
                drains,
                file.insecureRegistries(),
                file.customCaCerts());
    }

    /// Scripts pass variables that are empty where nothing is wished.
    static Optional<String> given(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }

    private static List<ClusterTag> tags(String command, String text) {
        try {
            return ClusterTag.parse(text);
        } catch (IllegalArgumentException e) {
            throw Usage.invalid(command, "--tags", text, String.valueOf(e.getMessage()));
        }
    }
}
