package org.openpks.osb;

import java.util.Optional;

/// A platform's view of a broker. Every method throws [org.openpks.kernel.Fault] with an [OsbFault]; its user
/// message is the broker's own sentence when it gave one. Safe for use by many threads.
///
/// Every method may be repeated with the same arguments: a broker answers a repeated request with the running
/// operation.
public interface OsbClient {

    Catalog catalog();

    Outcome provision(String instanceId, ProvisionRequest request, Optional<OriginatingIdentity> identity);

    Outcome update(String instanceId, UpdateRequest request, Optional<OriginatingIdentity> identity);

    Outcome deprovision(String instanceId, String serviceId, String planId, Optional<OriginatingIdentity> identity);

    /// Where an operation stands. [Poll.Gone] is the success of a deprovision.
    /// @param operation the string that the operation's answer carried
    Poll lastOperation(String instanceId, String serviceId, String planId, Optional<String> operation);

    /// The operation's steps that changed since a position, 0 for all.
    OperationSteps operationSteps(String instanceId, Optional<String> operation, int since);

    /// The instance's certificates and when they end.
    /// @throws org.openpks.kernel.Fault [OsbFault#INSTANCE_UNKNOWN] also of a broker that does not tell
    InstanceCertificates certificates(String instanceId);

    /// Empty when the broker does not know the instance, or is still creating it.
    Optional<ServiceInstance> instance(String instanceId);

    /// Credentials at once; a binding with equal parameters may exist already.
    ServiceBinding bind(
            String instanceId, String bindingId, BindRequest request, Optional<OriginatingIdentity> identity);

    Optional<ServiceBinding> binding(String instanceId, String bindingId);

    /// Nothing happens when the binding does not exist any more.
    void unbind(
            String instanceId,
            String bindingId,
            String serviceId,
            String planId,
            Optional<OriginatingIdentity> identity);

    /// What a broker made of a provision, update or deprovision.
    sealed interface Outcome {
        /// It is done, or there was nothing to do.
        record Done(Optional<String> dashboardUrl) implements Outcome {}

        /// It runs: poll with [OsbClient#lastOperation].
        record InProgress(Optional<String> operation, Optional<String> dashboardUrl) implements Outcome {}

        /// Deprovision only: the instance does not exist.
        record Gone() implements Outcome {}
    }

    /// What a broker says about an operation.
    sealed interface Poll {
        /// @param retryAfterSeconds the pace that the broker asks for
        record Answer(LastOperation operation, Optional<Integer> retryAfterSeconds) implements Poll {}

        /// 410: the instance is gone. Success of a deprovision; for anything else ask again.
        record Gone() implements Poll {}

        /// 404: the broker does not know the instance.
        record Unknown() implements Poll {}
    }
}
