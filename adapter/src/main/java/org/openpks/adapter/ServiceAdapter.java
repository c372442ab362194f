package org.openpks.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a broker asks of an adapter, after the On-Demand Broker's contract.
///
/// Every method throws [org.openpks.kernel.Fault] with an [AdapterFault]; its user message may be shown to the
/// person who asked. Implementations keep no state and may be called from many threads.
public interface ServiceAdapter {

    /// Writes the manifest of a cluster. Deterministic: the same request gives the same bytes.
    GeneratedManifest generateManifest(GenerateManifest request);

    /// Makes an identity in the running cluster and returns its credentials. Repeating it with the same binding id
    /// is harmless.
    /// @throws org.openpks.kernel.Fault [AdapterFault#BINDING_EXISTS] when it is there with other attributes
    Binding createBinding(CreateBinding request);

    /// Removes what [#createBinding] made. Credentials of the binding end at once.
    /// @throws org.openpks.kernel.Fault [AdapterFault#BINDING_MISSING] when there is nothing of it
    void deleteBinding(DeleteBinding request);

    /// The address of a dashboard; empty when the service has none.
    Optional<String> dashboardUrl(DashboardUrl request);

    /// The JSON schemas of the parameters that a plan accepts.
    PlanSchemas generatePlanSchemas(Plan plan);

    /// @param requestParameters the whole OSB body: `parameters`, `context`, `plan_id` and so on; empty in the
    ///     pending-changes check
    /// @param previousManifest what is deployed now; empty on create
    /// @param previousSecrets values by their reference in the manifest, `((/path))`
    /// @param previousConfigs BOSH configs by type
    record GenerateManifest(
            ServiceDeployment serviceDeployment,
            Plan plan,
            Map<String, Object> requestParameters,
            Optional<String> previousManifest,
            Optional<Plan> previousPlan,
            Map<String, String> previousSecrets,
            Map<String, String> previousConfigs) {}

    /// @param manifest YAML text
    /// @param secrets values that the broker stores and the manifest names as `((odb_secret:NAME))`
    /// @param configs BOSH configs by type
    /// @param labels metadata of the service instance
    record GeneratedManifest(
            String manifest, Map<String, Object> secrets, Map<String, String> configs, Map<String, String> labels) {}

    /// @param boshVms addresses by instance group
    /// @param secrets the manifest's variables by their reference, `((/path))` or `((name))` or `((name.key))`; a
    ///     variable of several parts (a certificate) may be given whole, as a map or as its JSON text
    record CreateBinding(
            String bindingId,
            Map<String, List<String>> boshVms,
            String manifest,
            Map<String, Object> requestParameters,
            Map<String, Object> secrets,
            Map<String, String> dnsAddresses) {}

    /// Credentials of a binding.
    record Binding(Map<String, Object> credentials) {}

    /// The same inputs as [CreateBinding].
    record DeleteBinding(
            String bindingId,
            Map<String, List<String>> boshVms,
            String manifest,
            Map<String, Object> requestParameters,
            Map<String, Object> secrets) {}

    record DashboardUrl(String instanceId, Plan plan, String manifest) {}

    /// JSON schemas (draft 4, as OSB wants) of the parameters on create, on update and on bind.
    record PlanSchemas(Map<String, Object> create, Map<String, Object> update, Map<String, Object> bind) {}
}
