package org.openpks.api.profile;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.openpks.api.access.Principal;
import org.openpks.kernel.Fault;

/// Flags of Kubernetes' components that clusters have beside those that the product sets. Holds secrets.
///
/// @param owner who created it; never changes
/// @param customizations those that were checked
/// @param experimental those that were not
public record KubernetesProfile(
        UUID id,
        String name,
        String description,
        Principal owner,
        Instant createdAt,
        List<Customization> customizations,
        List<Customization> experimental) {

    public KubernetesProfile {
        customizations = List.copyOf(customizations);
        experimental = List.copyOf(experimental);
    }

    /// Without the flags.
    @Override
    public String toString() {
        return "KubernetesProfile[name=%s, id=%s]".formatted(name, id);
    }

    /// Whether it decides how a cluster's data is encrypted.
    public boolean encrypts() {
        return encryption().isPresent();
    }

    /// What it says about the encryption of a cluster's data.
    Optional<EncryptionConfiguration> encryption() {
        return customizations.stream()
                .filter(one -> one.component().equals(Component.KUBE_APISERVER.toString()))
                .flatMap(one -> Optional.ofNullable(one.fileArguments().get(FileContent.ENCRYPTION.flag())).stream())
                .findFirst()
                .map(content -> EncryptionConfiguration.parse(
                        content, rule -> new Fault(ProfileFault.PROFILE_INVALID, "The file " + rule)));
    }

    /// What the broker is told. Where both kinds set a flag, the checked one wins. Holds secrets.
    public Map<String, Object> parameter() {
        var parameter = new LinkedHashMap<String, Object>();
        parameter.put("name", name);
        parameter.put(
                "customizations",
                customizations.stream().map(Customization::asMap).toList());
        parameter.put(
                "experimental_customizations",
                rest().stream().map(Customization::asMap).toList());
        return parameter;
    }

    private List<Customization> rest() {
        var rest = new ArrayList<Customization>();
        for (var one : experimental) {
            var taken = new HashSet<String>();
            customizations.stream()
                    .filter(other -> other.component().equals(one.component()))
                    .forEach(other -> {
                        taken.addAll(other.arguments().keySet());
                        taken.addAll(other.fileArguments().keySet());
                    });
            var arguments = new TreeMap<>(one.arguments());
            var files = new TreeMap<>(one.fileArguments());
            arguments.keySet().removeAll(taken);
            files.keySet().removeAll(taken);
            if (!arguments.isEmpty() || !files.isEmpty()) {
                rest.add(new Customization(one.component(), arguments, files));
            }
        }
        return rest;
    }
}
