package org.openpks.director.deployment.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.job.JobModel;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.kernel.Fault;

/// Finds for every consumer the one provider that it means and puts the link's content together (docs-bosh,
/// `links`).
///
/// Providers and consumers of one deployment; a consumer that names another deployment is refused.
public final class LinkResolver {

    private static final String DOMAIN = "bosh";

    private final String deployment;
    private final Manifest.Features features;
    private final List<Member> members;
    private final List<Provider> providers = new ArrayList<>();

    /// A job of a group.
    /// @param manifestProperties the job's properties from the manifest, resolved
    public record Member(
            String group,
            Manifest.Job job,
            JobModel model,
            Map<String, Object> manifestProperties,
            List<Instance> instances,
            String defaultNetwork) {}

    /// @param addresses by network
    public record Instance(String id, int index, String az, boolean bootstrap, Map<String, String> addresses) {}

    /// @param aliases domains for the group, as the manifest's `provides` names them
    public record Alias(String group, String domain, boolean perInstance) {}

    private record Provider(Member member, String name, String originalName, String type, List<String> properties) {}

    public LinkResolver(String deployment, Manifest.Features features, List<Member> members) {
        this.deployment = deployment;
        this.features = features;
        this.members = members;
        members.forEach(this::collect);
    }

    private void collect(Member member) {
        for (var provided : member.model().provides()) {
            var named = member.job().provides().get(provided.name());
            if ("nil".equals(named)) {
                continue;
            }
            var alias = named instanceof Map<?, ?> map && map.get("as") != null
                    ? String.valueOf(map.get("as"))
                    : provided.name();
            providers.add(new Provider(member, alias, provided.name(), provided.type(), provided.properties()));
        }
        for (var custom : member.job().customProviders()) {
            providers.add(new Provider(member, custom.name(), custom.name(), custom.type(), custom.properties()));
        }
        for (var name : member.job().provides().keySet()) {
            boolean known = member.model().provides().stream()
                            .anyMatch(one -> one.name().equals(name))
                    || member.job().customProviders().stream()
                            .anyMatch(one -> one.name().equals(name));
            if (!known) {
                throw new Fault(
                        DeploymentFault.INVALID_LINK,
                        "Job '%s' in instance group '%s' specifies providers in the manifest but the job does not define provider '%s'."
                                .formatted(member.job().name(), member.group(), name));
            }
        }
    }

    /// Link contents by consumer name, one hash for each member in the members' order. All that is wrong is told in
    /// one fault.
    public List<Map<String, Object>> resolve() {
        var errors = new ArrayList<String>();
        var result = new ArrayList<Map<String, Object>>();
        for (var member : members) {
            var links = new LinkedHashMap<String, Object>();
            for (var name : member.job().consumes().keySet()) {
                if (member.model().consumes().stream()
                        .noneMatch(one -> one.name().equals(name))) {
                    errors.add(
                            "  - Job '%s' in instance group '%s' specifies consumers in the manifest but the job does not define consumer '%s'"
                                    .formatted(member.job().name(), member.group(), name));
                }
            }
            for (var consumed : member.model().consumes()) {
                resolve(member, consumed, errors).ifPresent(content -> links.put(consumed.name(), content));
            }
            result.add(links);
        }
        if (!errors.isEmpty()) {
            throw new Fault(
                    DeploymentFault.INVALID_LINK,
                    "Failed to resolve links from deployment '%s'. See errors below:\n%s"
                            .formatted(deployment, String.join("\n", errors)));
        }
        return result;
    }

    private Optional<Map<String, Object>> resolve(Member member, JobModel.Consumed consumed, List<String> errors) {
        var named = member.job().consumes().get(consumed.name());
        if ("nil".equals(named)) {
            if (!consumed.optional()) {
                errors.add(failure(member, consumed) + " The link is not optional, but the manifest says 'nil'.");
            }
            return Optional.empty();
        }
        if (named instanceof Map<?, ?> map
                && map.containsKey("deployment")
                && !deployment.equals(map.get("deployment"))) {
            errors.add(failure(member, consumed) + " Links to other deployments are not supported.");
            return Optional.empty();
        }
        if (named instanceof Map<?, ?> map && map.containsKey("instances")) {
            return Optional.of(manual(map));
        }
        var options = named instanceof Map<?, ?> map ? map : Map.of();
        boolean explicit = options.get("from") != null;
        var wanted = explicit ? String.valueOf(options.get("from")) : consumed.name();
        boolean byName = member.job().consumes().containsKey(consumed.name());
        var candidates = providers.stream()
                .filter(provider -> provider.type().equals(consumed.type()))
                .filter(provider -> !byName || provider.name().equals(wanted))
                .toList();
        if (candidates.size() == 1) {
            return content(candidates.getFirst(), options, member, consumed, errors);
        }
        if (candidates.isEmpty()) {
            if (!consumed.optional() || explicit) {
                errors.add(failure(member, consumed) + " Details below:\n    - No link providers found"
                        + (byName ? " with name '%s'".formatted(wanted) : ""));
            }
            return Optional.empty();
        }
        var found = new StringBuilder();
        for (var provider : candidates) {
            found.append("\n    - Link provider '%s'%s from job '%s' in instance group '%s' in deployment '%s'"
                    .formatted(
                            provider.originalName(),
                            provider.name().equals(provider.originalName())
                                    ? ""
                                    : " with alias '" + provider.name() + "'",
                            provider.member().job().name(),
                            provider.member().group(),
                            deployment));
        }
        errors.add(failure(member, consumed) + " Multiple link providers found:" + found);
        return Optional.empty();
    }

    private static String failure(Member member, JobModel.Consumed consumed) {
        return "  - Failed to resolve link '%s' with type '%s' from job '%s' in instance group '%s'."
                .formatted(consumed.name(), consumed.type(), member.job().name(), member.group());
    }

    private Map<String, Object> manual(Map<?, ?> map) {
        var instances = new ArrayList<Map<String, Object>>();
        if (map.get("instances") instanceof List<?> list) {
            for (var item : list) {
                var one = new LinkedHashMap<String, Object>();
                if (item instanceof Map<?, ?> fields) {
                    fields.forEach((key, value) -> one.put(String.valueOf(key), value));
                }
                instances.add(one);
            }
        }
        var content = new LinkedHashMap<String, Object>();
        content.put("deployment_name", deployment);
        content.put("domain", DOMAIN);
        content.put("instances", instances);
        content.put("properties", map.get("properties") instanceof Map<?, ?> properties ? properties : Map.of());
        if (map.get("address") != null) {
            content.put("address", map.get("address"));
        }
        return content;
    }

    private Optional<Map<String, Object>> content(
            Provider provider, Map<?, ?> options, Member consumer, JobModel.Consumed consumed, List<String> errors) {
        var member = provider.member();
        var network = options.get("network") == null ? member.defaultNetwork() : String.valueOf(options.get("network"));
        boolean byName = !Boolean.TRUE.equals(options.get("ip_addresses")) && features.useDnsAddresses();
        var networks = new LinkedHashSet<String>();
        var instances = new ArrayList<Map<String, Object>>();
        for (var instance : member.instances()) {
            networks.addAll(instance.addresses().keySet());
            var ip = instance.addresses().get(network);
            if (ip == null) {
                errors.add(failure(consumer, consumed)
                        + " Provider's instance group '%s' is not in network '%s'.".formatted(member.group(), network));
                return Optional.empty();
            }
            var one = new LinkedHashMap<String, Object>();
            one.put("name", member.group());
            one.put("id", instance.id());
            one.put("index", instance.index());
            one.put("bootstrap", instance.bootstrap());
            one.put("az", instance.az().isEmpty() ? null : instance.az());
            one.put("address", byName ? HostNames.instance(deployment, member.group(), network, instance.id()) : ip);
            instances.add(one);
        }
        var effective = member.model().effective(member.manifestProperties());
        var properties = new LinkedHashMap<String, Object>();
        for (var name : provider.properties()) {
            @Nullable Object value = JobModel.dig(effective, name);
            JobModel.put(properties, name, value == null ? JobModel.dig(member.manifestProperties(), name) : value);
        }
        var content = new LinkedHashMap<String, Object>();
        content.put("deployment_name", deployment);
        content.put("domain", DOMAIN);
        content.put("default_network", network);
        content.put("networks", List.copyOf(networks));
        content.put("instance_group", member.group());
        content.put("properties", properties);
        content.put("use_dns_addresses", features.useDnsAddresses());
        content.put("use_short_dns_addresses", features.useShortDnsAddresses());
        content.put("use_link_dns_names", features.useLinkDnsNames());
        content.put("instances", instances);
        return Optional.of(content);
    }

    /// The aliases that providers' manifests declare.
    public List<Alias> aliases() {
        var result = new ArrayList<Alias>();
        for (var member : members) {
            for (var definition : member.job().provides().values()) {
                if (definition instanceof Map<?, ?> map && map.get("aliases") instanceof List<?> list) {
                    for (var item : list) {
                        if (item instanceof Map<?, ?> alias && alias.get("domain") != null) {
                            result.add(new Alias(
                                    member.group(),
                                    String.valueOf(alias.get("domain")),
                                    "uuid".equals(alias.get("placeholder_type"))));
                        }
                    }
                }
            }
        }
        return result;
    }
}
