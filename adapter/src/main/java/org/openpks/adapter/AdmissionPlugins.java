package org.openpks.adapter;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The admission plugins that a plan or a profile may switch on: those that Kubernetes 1.36 and 1.37 both have.
final class AdmissionPlugins {

    static final String FLAG = "enable-admission-plugins";

    /// Without them nodes could change each other, or the plan's Pod Security level would mean nothing.
    static final Set<String> REQUIRED =
            Set.of("NodeRestriction", "PodSecurity", "ServiceAccount", "NamespaceLifecycle");

    private static final Set<String> KNOWN = Set.of(
            "CertificateApproval",
            "CertificateSigning",
            "CertificateSubjectRestriction",
            "ClusterTrustBundleAttest",
            "DefaultIngressClass",
            "DefaultStorageClass",
            "DefaultTolerationSeconds",
            "DenyServiceExternalIPs",
            "ExtendedResourceToleration",
            "LimitPodHardAntiAffinityTopology",
            "LimitRanger",
            "MutatingAdmissionPolicy",
            "MutatingAdmissionWebhook",
            "NamespaceAutoProvision",
            "NamespaceExists",
            "NamespaceLifecycle",
            "NodeRestriction",
            "OwnerReferencesPermissionEnforcement",
            "PersistentVolumeClaimResize",
            "PodNodeSelector",
            "PodSecurity",
            "PodTolerationRestriction",
            "PodTopologyLabels",
            "Priority",
            "ResourceQuota",
            "RuntimeClass",
            "ServiceAccount",
            "StorageObjectInUseProtection",
            "TaintNodesByCondition",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionWebhook");

    private static final String POD_SECURITY =
            "is no longer part of Kubernetes; its work is done by Pod Security admission:"
                    + " set pod_security to baseline or restricted instead";

    private static final String NEEDS_FILE =
            "needs a configuration file that a plan cannot give, and the API would not start without it";

    private static final Map<String, String> REFUSED = Map.of(
            "PodSecurityPolicy", POD_SECURITY,
            "DenyEscalatingExec", POD_SECURITY,
            "SecurityContextDeny", POD_SECURITY,
            "EventRateLimit", NEEDS_FILE,
            "ImagePolicyWebhook", NEEDS_FILE,
            "AlwaysPullImages", "cannot be used: the cluster's own images lie on the nodes, no registry has them",
            "AlwaysAdmit", "cannot be used: it would let everything pass",
            "AlwaysDeny", "cannot be used: nothing could run in the cluster");

    private AdmissionPlugins() {}

    /// The names in the value of a flag.
    static List<String> of(String value) {
        return Arrays.stream(value.split(",")).filter(name -> !name.isEmpty()).toList();
    }

    /// Why a plan may not name this plugin; empty when it may.
    static Optional<String> refusal(String name) {
        if (KNOWN.contains(name)) {
            return Optional.empty();
        }
        var known = REFUSED.get(name);
        return Optional.of("%s %s".formatted(name, known == null ? "is no admission plugin of Kubernetes" : known));
    }
}
