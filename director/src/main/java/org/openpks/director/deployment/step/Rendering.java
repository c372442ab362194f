package org.openpks.director.deployment.step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openpks.director.agent.Agent.RenderedJob;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.job.Digests;
import org.openpks.director.deployment.job.JobModel;
import org.openpks.director.deployment.link.HostNames;
import org.openpks.director.deployment.link.LinkResolver;
import org.openpks.director.deployment.manifest.CloudConfig;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.director.deployment.step.Preparation.Bound;
import org.openpks.director.template.Redactor;
import org.openpks.director.template.TemplateRenderer;
import org.openpks.director.template.TemplateRenderer.JobContext;
import org.openpks.kernel.Fault;

/// The templates of a deployment's jobs, each with what it may know of its instance.
/// @param wanted whose templates are rendered
record Rendering(
        TemplateRenderer renderer,
        Manifest manifest,
        CloudConfig cloud,
        Software software,
        InstanceNetworks networks,
        Predicate<InstanceGroup> wanted) {

    private record Place(String group, String job, String instance) {}

    /// Every template of every instance in one call.
    /// @param members and links one for each job of each group, in their order
    /// @param redactor for the secrets that are known when everything was resolved
    /// @return the jobs of instances, by their ids
    /// @throws Fault with every mistake in the templates
    Map<String, Map<String, RenderedJob>> render(
            List<Bound> bound,
            List<LinkResolver.Member> members,
            List<Map<String, Object>> links,
            Supplier<Redactor> redactor) {
        var contexts = new ArrayList<JobContext>();
        var places = new ArrayList<Place>();
        int member = -1;
        for (var group : bound) {
            for (var job : group.group().jobs()) {
                member++;
                if (!wanted.test(group.group())) {
                    continue;
                }
                var model = software.job(job);
                var properties = model.effective(members.get(member).manifestProperties());
                for (var instance : group.instances()) {
                    contexts.add(new JobContext(
                            model.templates(), spec(group.group(), model, instance), properties, links.get(member)));
                    places.add(new Place(group.group().name(), job.name(), instance.id()));
                }
            }
        }
        if (contexts.isEmpty()) {
            return Map.of();
        }
        var results = renderer.render(contexts);
        var secrets = redactor.get();
        var mistakes = new LinkedHashMap<String, Map<String, Set<String>>>();
        var rendered = new HashMap<String, Map<String, RenderedJob>>();
        for (int i = 0; i < results.size(); i++) {
            var place = places.get(i);
            var result = results.get(i);
            for (var mistake : result.mistakes()) {
                mistakes.computeIfAbsent(place.group(), group -> new LinkedHashMap<>())
                        .computeIfAbsent(place.job(), job -> new LinkedHashSet<>())
                        .add(new TemplateRenderer.Mistake(
                                        mistake.template(), mistake.line(), secrets.redact(mistake.message()))
                                .toString());
            }
            rendered.computeIfAbsent(place.instance(), id -> new LinkedHashMap<>())
                    .put(place.job(), new RenderedJob(place.job(), result.files(), Digests.ofValue(result.files())));
        }
        if (!mistakes.isEmpty()) {
            throw new Fault(DeploymentFault.TEMPLATE, report(mistakes));
        }
        return rendered;
    }

    private Map<String, Object> spec(InstanceGroup group, JobModel model, StoredInstance instance) {
        var networks = new LinkedHashMap<String, Object>();
        this.networks.of(group, instance).forEach((network, settings) -> {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("type", "manual");
            fields.put("ip", settings.ip());
            fields.put("netmask", settings.netmask());
            fields.put("gateway", settings.gateway());
            fields.put("dns", settings.dns());
            fields.put("default", settings.defaults());
            fields.put("cloud_properties", settings.cloudProperties());
            fields.put("dns_record_name", HostNames.instance(manifest.name(), group.name(), network, instance.id()));
            networks.put(network, fields);
        });
        var addressable = InstanceNetworks.addressable(group);
        var ip = InstanceNetworks.addresses(instance).get(addressable);
        var spec = new LinkedHashMap<String, @Nullable Object>();
        spec.put("deployment", manifest.name());
        spec.put("name", group.name());
        spec.put("job", Map.of("name", group.name()));
        spec.put("id", instance.id());
        spec.put("index", instance.index());
        spec.put("bootstrap", instance.bootstrap());
        spec.put("az", instance.az().isEmpty() ? null : instance.az());
        spec.put("ip", ip);
        spec.put(
                "address",
                manifest.features().useDnsAddresses()
                        ? HostNames.instance(manifest.name(), group.name(), addressable, instance.id())
                        : ip);
        spec.put("networks", networks);
        spec.put(
                "persistent_disk",
                cloud.disk(group).map(CloudConfig.DiskType::sizeMb).orElse(0));
        spec.put("dns_domain_name", "bosh");
        spec.put(
                "release",
                Map.of(
                        "name",
                        model.release().name(),
                        "version",
                        model.release().version()));
        return spec;
    }

    private static String report(Map<String, Map<String, Set<String>>> mistakes) {
        var text = new StringBuilder("Unable to render instance groups for deployment. Errors are:");
        mistakes.forEach((group, jobs) -> {
            text.append("\n  - Unable to render jobs for instance group '%s'. Errors are:".formatted(group));
            jobs.forEach((job, list) -> {
                text.append("\n    - Unable to render templates for job '%s'. Errors are:".formatted(job));
                list.forEach(mistake -> text.append("\n      - ").append(mistake));
            });
        });
        return text.toString();
    }
}
