package org.openpks.broker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.CertificateRotation;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.Yaml;

/// An adapter with a manifest of a few lines: enough to see what the broker hands over.
final class TestAdapter implements ServiceAdapter {

    static final String WORKERS = "kubernetes_worker_instances";
    static final String HOST = "kubernetes_master_host";
    static final String SECRET = "secret";

    final Map<String, Object> lastSecrets = new LinkedHashMap<>();
    final List<String> deletedBindings = new CopyOnWriteArrayList<>();
    volatile boolean unreachable;
    volatile boolean unbindUnreachable;
    volatile boolean wantsApp;
    volatile String jobs = "etcd";

    void reset() {
        lastSecrets.clear();
        deletedBindings.clear();
        unreachable = false;
        unbindUnreachable = false;
        wantsApp = false;
        jobs = "etcd";
    }

    @Override
    public GeneratedManifest generateManifest(GenerateManifest request) {
        int workers = request.plan().group("worker").orElseThrow().instances();
        var address = String.valueOf(request.requestParameters().getOrDefault("api_address", ""));
        var rotation = "";
        if (request.previousManifest().isPresent()) {
            Map<String, Object> previous =
                    new Yaml().load(request.previousManifest().get());
            var tags = (Map<?, ?>) previous.get("tags");
            workers = Integer.parseInt(String.valueOf(tags.get("workers")));
            rotation = String.valueOf(tags.get("rotation"));
            address = address.isEmpty() && tags.get("address") != null ? String.valueOf(tags.get("address")) : address;
        }
        if (request.requestParameters().get("parameters") instanceof Map<?, ?> parameters
                && parameters.get(WORKERS) instanceof Integer asked) {
            workers = asked;
        }
        if (request.requestParameters().get("parameters") instanceof Map<?, ?> parameters) {
            rotation = CertificateRotation.of(parameters)
                    .map(CertificateRotation::id)
                    .orElse(rotation);
        }
        int most = (Integer) request.plan().properties().getOrDefault("max_worker_instances", 50);
        if (workers > most) {
            throw new Fault(AdapterFault.PARAMETER_INVALID, WORKERS + " must be at most " + most);
        }
        var secrets = new LinkedHashMap<String, Object>();
        if (request.requestParameters().get("parameters") instanceof Map<?, ?> parameters
                && parameters.get(SECRET) instanceof String secret) {
            secrets.put("given", secret);
        }
        var version = request.serviceDeployment().releases().getFirst().version();
        var stemcell = request.serviceDeployment().stemcells().getFirst();
        var manifest = """
                name: %1$s
                releases: [{name: kubernetes, version: '%2$s'}]
                stemcells: [{alias: default, os: %3$s, version: '%4$s'}]
                tags: {workers: "%5$d", jobs: "%6$s", rotation: "%8$s"%7$s}
                update: {canaries: 0, max_in_flight: 5, canary_watch_time: 1-9000, update_watch_time: 1-9000, serial: false}
                instance_groups:
                - name: master
                  instances: 1
                  azs: [z1]
                  vm_type: m
                  stemcell: default
                  persistent_disk_type: "5120"
                  networks: [{name: default}]
                  jobs:
                  - {name: etcd, release: kubernetes, properties: {password: ((admin-password)), ca: ((tls.ca))}}
                  - {name: apply-addons, release: kubernetes}
                - name: worker
                  instances: %5$d
                  azs: [z1]
                  vm_type: w
                  stemcell: default
                  networks: [{name: default}]
                  jobs: [{name: kubelet, release: kubernetes}]
                variables:
                - {name: admin-password, type: password}
                - {name: tls, type: certificate, options: {is_ca: true, common_name: tests}}
                """.formatted(
                        request.serviceDeployment().deploymentName(),
                        version,
                        stemcell.os(),
                        stemcell.version(),
                        workers,
                        jobs,
                        address.isEmpty() ? "" : ", address: %s".formatted(address),
                        rotation);
        return new GeneratedManifest(
                manifest,
                secrets,
                address.isEmpty() ? Map.of() : Map.of("cloud", "vm_extensions: [{name: at-%s}]".formatted(address)),
                Map.of("shape", "small"));
    }

    @Override
    public Binding createBinding(CreateBinding request) {
        if (unreachable) {
            throw new Fault(AdapterFault.CLUSTER_UNREACHABLE, "The cluster's API does not answer.");
        }
        if (wantsApp && !request.requestParameters().containsKey("app_guid")) {
            throw new Fault(AdapterFault.APP_ID_MISSING, "This service is bound to applications only.");
        }
        lastSecrets.clear();
        lastSecrets.putAll(request.secrets());
        return new Binding(Map.of(
                "server",
                        "https://"
                                + request.boshVms()
                                        .getOrDefault("master", List.of("none"))
                                        .getFirst() + ":8443",
                "token", "token-of-" + request.bindingId()));
    }

    @Override
    public void deleteBinding(DeleteBinding request) {
        if (unbindUnreachable) {
            throw new Fault(AdapterFault.CLUSTER_UNREACHABLE, "The cluster's API does not answer.");
        }
        deletedBindings.add(request.bindingId());
    }

    @Override
    public Optional<String> dashboardUrl(DashboardUrl request) {
        return Optional.of("https://dashboard.example/" + request.instanceId());
    }

    @Override
    public PlanSchemas generatePlanSchemas(Plan plan) {
        var schema = Map.<String, Object>of(
                "$schema",
                "http://json-schema.org/draft-04/schema#",
                "type",
                "object",
                "additionalProperties",
                false,
                "properties",
                Map.of(
                        WORKERS,
                        Map.of("type", "integer", "minimum", 1),
                        HOST,
                        Map.of("type", "string"),
                        SECRET,
                        Map.of("type", "string"),
                        "rotate_certificates",
                        Map.of("type", "string"),
                        "rotation_id",
                        Map.of("type", "string")));
        var bind = Map.<String, Object>of("$schema", "http://json-schema.org/draft-04/schema#", "type", "object");
        return new PlanSchemas(schema, schema, bind);
    }
}
