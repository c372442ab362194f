package org.openpks.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.adapter.contract.ContractJson;
import tools.jackson.databind.json.JsonMapper;

/// The plans of the example configuration, as the broker hands them over, and requests for them.
final class TestPlans {

    static final String DEPLOYMENT = "service-instance_6f7c1c4e-2b2a-4c52-8a1e-0d4f3c1b9a77";
    static final String HOST = "demo.example.com";

    private TestPlans() {}

    static Plan named(String name) {
        var catalog = Maps.map(
                Maps.named(Yaml.map(read(Path.of("../deploy/broker.yml")))).get("service_catalog"));
        var plan = Maps.maps(catalog.get("plans")).stream()
                .filter(candidate -> name.equals(candidate.get("name")))
                .findFirst()
                .orElseThrow();
        var properties = new LinkedHashMap<>(Maps.map(catalog.get("global_properties")));
        properties.putAll(Maps.map(plan.get("properties")));
        var merged = new LinkedHashMap<>(plan);
        merged.put("properties", properties);
        return ContractJson.plan(new JsonMapper().valueToTree(merged));
    }

    static Plan withProperty(Plan plan, String name, Object value) {
        var properties = new LinkedHashMap<>(plan.properties());
        properties.put(name, value);
        return new Plan(properties, plan.instanceGroups(), plan.update(), plan.lifecycleErrands());
    }

    static Plan withMasters(Plan plan, int count) {
        return new Plan(
                plan.properties(),
                plan.instanceGroups().stream()
                        .map(group -> group.name().equals("master") ? withInstances(group, count) : group)
                        .toList(),
                plan.update(),
                plan.lifecycleErrands());
    }

    private static Plan.InstanceGroup withInstances(Plan.InstanceGroup group, int count) {
        return new Plan.InstanceGroup(
                group.name(),
                group.vmType(),
                group.vmExtensions(),
                group.persistentDiskType(),
                count,
                group.networks(),
                group.azs(),
                group.lifecycle(),
                group.migratedFrom());
    }

    static ServiceDeployment deployment(String version) {
        return new ServiceDeployment(
                DEPLOYMENT,
                List.of(new ServiceDeployment.Release("kubernetes", version, List.of())),
                List.of(new ServiceDeployment.Stemcell(Optional.empty(), "openpks-bookworm", "1.7")));
    }

    static GenerateManifest create(Plan plan, Map<String, Object> parameters) {
        return request(plan, parameters, null);
    }

    static GenerateManifest create(Plan plan) {
        return create(plan, Map.of(Parameters.MASTER_HOST, HOST));
    }

    static GenerateManifest update(Plan plan, Map<String, Object> parameters, String previous) {
        return request(plan, parameters, previous);
    }

    /// The same request with an address for the API, as a broker gives one to plans with several masters.
    static GenerateManifest at(String address, GenerateManifest request) {
        var body = new LinkedHashMap<>(request.requestParameters());
        body.put("api_address", address);
        return new GenerateManifest(
                request.serviceDeployment(),
                request.plan(),
                body,
                request.previousManifest(),
                request.previousPlan(),
                request.previousSecrets(),
                request.previousConfigs());
    }

    private static GenerateManifest request(
            Plan plan, Map<String, Object> parameters, @org.jspecify.annotations.Nullable String previous) {
        return new GenerateManifest(
                deployment("1.37.2"),
                plan,
                Map.of("parameters", parameters),
                Optional.ofNullable(previous),
                Optional.ofNullable(previous).map(text -> plan),
                Map.of(),
                Map.of());
    }

    static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
