package org.openpks.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A plan as the operator configured it, in the On-Demand Broker's shape.
/// @param properties the service's global properties overlaid by the plan's
public record Plan(
        Map<String, Object> properties,
        List<InstanceGroup> instanceGroups,
        Optional<Update> update,
        LifecycleErrands lifecycleErrands) {

    public Plan {
        instanceGroups = List.copyOf(instanceGroups);
    }

    /// @param persistentDiskType empty for none
    /// @param lifecycle `service` or `errand`; empty for `service`
    public record InstanceGroup(
            String name,
            String vmType,
            List<String> vmExtensions,
            Optional<String> persistentDiskType,
            int instances,
            List<String> networks,
            List<String> azs,
            Optional<String> lifecycle,
            List<String> migratedFrom) {
        public InstanceGroup {
            vmExtensions = List.copyOf(vmExtensions);
            networks = List.copyOf(networks);
            azs = List.copyOf(azs);
            migratedFrom = List.copyOf(migratedFrom);
        }
    }

    /// BOSH's update block. Canaries and max in flight are a number or a percentage such as `"10%"`.
    public record Update(
            Object canaries,
            String canaryWatchTime,
            String updateWatchTime,
            Object maxInFlight,
            Optional<Boolean> serial,
            Optional<String> initialDeployAzUpdateStrategy) {}

    /// Errands that the broker runs after a deploy and before a delete.
    public record LifecycleErrands(List<Errand> postDeploy, List<Errand> preDelete) {
        public static final LifecycleErrands NONE = new LifecycleErrands(List.of(), List.of());

        public LifecycleErrands {
            postDeploy = List.copyOf(postDeploy);
            preDelete = List.copyOf(preDelete);
        }
    }

    /// @param instances `group` or `group/index`; empty for all that have the job
    public record Errand(String name, List<String> instances) {
        public Errand {
            instances = List.copyOf(instances);
        }
    }

    /// The group of that name.
    public Optional<InstanceGroup> group(String name) {
        return instanceGroups.stream()
                .filter(group -> group.name().equals(name))
                .findFirst();
    }
}
