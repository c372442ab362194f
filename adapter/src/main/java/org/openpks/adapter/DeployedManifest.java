package org.openpks.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A manifest that this adapter wrote before, as far as later requests need it.
record DeployedManifest(Map<String, Object> tree) {

    private static final String MASTER = "master";

    static DeployedManifest parse(String text) {
        return new DeployedManifest(Maps.named(Yaml.map(text)));
    }

    Optional<Integer> instances(String group) {
        return groups(group)
                .map(found -> found.get("instances"))
                .filter(Integer.class::isInstance)
                .map(Integer.class::cast);
    }

    /// What the owner asked for so far.
    Map<String, Object> parameters() {
        return jobProperties(MASTER, "apply-addons")
                .map(properties -> Maps.map(properties.get("cluster_parameters")))
                .orElse(Map.of());
    }

    /// Whose users the cluster takes and the control plane knows: those of a provider that only a Kubernetes profile
    /// names are strangers to it.
    Optional<Oidc> oidc() {
        if (KubernetesProfile.of(parameters().get(KubernetesProfile.PARAMETER)).namesIssuer()) {
            return Optional.empty();
        }
        return jobProperties(MASTER, "kube-apiserver").flatMap(properties -> Oidc.of(new Properties(properties)));
    }

    /// The groups of workers: one named `worker`, or one for each node pool.
    List<String> workerGroups() {
        return Maps.maps(tree.get("instance_groups")).stream()
                .map(group -> String.valueOf(group.get("name")))
                .filter(name -> !name.equals(MASTER))
                .toList();
    }

    /// The availability zones of a group; empty when there is no such group.
    Optional<List<String>> zones(String group) {
        return groups(group)
                .map(found -> found.get("azs"))
                .filter(List.class::isInstance)
                .map(azs -> ((List<?>) azs).stream().map(String::valueOf).toList());
    }

    /// The releases, each as `name/version`.
    List<String> software() {
        return Maps.maps(tree.get("releases")).stream()
                .map(release -> release.get("name") + "/" + release.get("version"))
                .toList();
    }

    /// The version of a release.
    Optional<String> release(String name) {
        return Maps.maps(tree.get("releases")).stream()
                .filter(release -> name.equals(release.get("name")))
                .findFirst()
                .map(release -> String.valueOf(release.get("version")));
    }

    Optional<String> stemcellVersion() {
        return Maps.maps(tree.get("stemcells")).stream()
                .findFirst()
                .map(stemcell -> String.valueOf(stemcell.get("version")));
    }

    private Optional<Map<String, Object>> groups(String name) {
        return Maps.maps(tree.get("instance_groups")).stream()
                .filter(group -> name.equals(group.get("name")))
                .findFirst();
    }

    private Optional<Map<String, Object>> jobProperties(String group, String job) {
        return groups(group)
                .flatMap(found -> Maps.maps(found.get("jobs")).stream()
                        .filter(candidate -> job.equals(candidate.get("name")))
                        .findFirst())
                .map(found -> Maps.map(found.get("properties")));
    }
}
