package org.openpks.api.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.openpks.api.ApiSettings;
import org.openpks.api.access.Principal;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.api.cluster.Operation;
import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Plans;
import org.openpks.api.plan.Software;
import org.openpks.api.profile.KubernetesProfileService;
import org.openpks.kernel.Fault;
import org.openpks.osb.BindRequest;
import org.openpks.osb.InstanceCertificates;
import org.openpks.osb.MaintenanceInfo;
import org.openpks.osb.OperationSteps;
import org.openpks.osb.OriginatingIdentity;
import org.openpks.osb.OsbClient;
import org.openpks.osb.OsbJson;
import org.openpks.osb.ProvisionRequest;
import org.openpks.osb.ServiceInstance;
import org.openpks.osb.UpdateRequest;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/// Says in the broker's terms what is wanted for a cluster: one cluster is one service instance with the same id.
/// The same operation always makes the same request, so repeating it is harmless. Failures are the client's faults,
/// unchanged.
@Component
public class ClusterBroker {

    /// The Open Service Broker API wants an organization and a space; the product has neither.
    private static final String ORGANIZATION = "pks";

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]{2,45}");

    private final OsbClient client;
    private final Plans plans;
    private final KubernetesProfileService profiles;
    private final String serviceId;

    ClusterBroker(OsbClient client, Plans plans, KubernetesProfileService profiles, ApiSettings settings) {
        this.client = client;
        this.plans = plans;
        this.profiles = profiles;
        this.serviceId = settings.broker().serviceId();
    }

    /// Sends an operation.
    public OsbClient.Outcome send(Operation operation, Cluster cluster) {
        var instance = cluster.id().toString();
        var identity = identity(operation.requester());
        return switch (operation.action()) {
            case CREATE ->
                client.provision(
                        instance,
                        new ProvisionRequest(
                                serviceId,
                                cluster.planId(),
                                ORGANIZATION,
                                ORGANIZATION,
                                context(cluster),
                                parameters(operation),
                                null),
                        identity);
            case UPDATE ->
                client.update(
                        instance,
                        new UpdateRequest(
                                serviceId, cluster.planId(), context(cluster), parameters(operation), null, null),
                        identity);
            case UPGRADE ->
                client.update(
                        instance,
                        new UpdateRequest(
                                serviceId,
                                cluster.planId(),
                                context(cluster),
                                null,
                                MaintenanceInfo.version(offered(cluster).version()),
                                null),
                        identity);
            case DELETE -> client.deprovision(instance, serviceId, cluster.planId(), identity);
        };
    }

    /// Without it the broker would take the request for one that changes nothing, and say that it is done.
    private Software offered(Cluster cluster) {
        return plans.withId(cluster.planId())
                .flatMap(Plan::software)
                .orElseThrow(() -> new Fault(
                        ClusterFault.UPGRADE_REFUSED,
                        "Nothing is offered any more that the cluster could be upgraded to.",
                        "plan=" + cluster.planId()));
    }

    /// Where a sent operation stands.
    public OsbClient.Poll poll(Operation operation, Cluster cluster) {
        return client.lastOperation(cluster.id().toString(), serviceId, cluster.planId(), operation.brokerOperation());
    }

    /// The steps of a sent operation that changed since a position.
    public OperationSteps steps(Operation operation, int since) {
        return client.operationSteps(operation.clusterId().toString(), operation.brokerOperation(), since);
    }

    /// The certificates of a cluster, the first to end first.
    public List<InstanceCertificates.Certificate> certificates(Cluster cluster) {
        return client.certificates(cluster.id().toString()).certificates();
    }

    /// What the broker tells of a cluster that is not changed now.
    /// @param masterIps the addresses of its masters; empty when the broker does not tell them
    /// @param software what its nodes run; empty when the broker does not tell it
    public record Facts(List<String> masterIps, Optional<Software> software) {
        public static final Facts NONE = new Facts(List.of(), Optional.empty());
    }

    public Facts facts(Cluster cluster) {
        return client.instance(cluster.id().toString())
                .map(instance -> new Facts(masterIps(instance), Software.of(instance.maintenanceInfo())))
                .orElse(Facts.NONE);
    }

    private static List<String> masterIps(ServiceInstance instance) {
        return attributes(instance)
                .map(attributes -> attributes.get("master_ips"))
                .filter(List.class::isInstance)
                .map(list -> ((List<?>) list)
                        .stream()
                                .map(String::valueOf)
                                .filter(ClusterBroker::isAddress)
                                .toList())
                .orElse(List.of());
    }

    /// A new identity in a cluster. Where clusters take UAA's users it is the user's own, else an account.
    /// @param administrator whether it may do everything in the cluster, or nothing
    /// @return what the broker calls its credentials; holds secrets
    public Map<String, Object> bind(Cluster cluster, UUID binding, Principal user, boolean administrator) {
        var parameters = new TreeMap<String, Object>();
        if (user.kind() == Principal.Kind.USER) {
            parameters.put("user_name", user.name());
        }
        if (!administrator) {
            parameters.put("suppress_cluster_role_binding", true);
        }
        var request = new BindRequest(serviceId, cluster.planId(), context(cluster), null, null, parameters, null);
        return client.bind(cluster.id().toString(), binding.toString(), request, identity(user))
                .credentials();
    }

    /// Holds secrets when a kubernetes profile is among them. Profiles never change, so it is the same every time.
    private Map<String, Object> parameters(Operation operation) {
        var parameters =
                OsbJson.MAPPER.readValue(operation.parameters(), new TypeReference<TreeMap<String, Object>>() {});
        operation
                .kubernetesProfile()
                .ifPresent(id ->
                        parameters.put("kubernetes_profile", profiles.withId(id).parameter()));
        return parameters;
    }

    private static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    private static Map<String, Object> context(Cluster cluster) {
        return Map.of("platform", "pks", "instance_name", cluster.name().value());
    }

    private static Optional<OriginatingIdentity> identity(Principal principal) {
        return Optional.of(OriginatingIdentity.user(principal.name(), principal.name()));
    }

    private static Optional<Map<?, ?>> attributes(ServiceInstance instance) {
        var metadata = instance.metadata();
        return metadata != null && metadata.get("attributes") instanceof Map<?, ?> attributes
                ? Optional.of(attributes)
                : Optional.empty();
    }
}
