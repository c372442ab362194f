package org.openpks.api.profile;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The flags that profiles may not set, with the reason.
final class RefusedFlags {

    /// Flags whose value is the name of a file or a folder; nobody but the product puts files on the nodes.
    private static final Pattern PATH =
            Pattern.compile(".*(?:-file|-files|-dir|-path|-cafile|-certfile|-keyfile|kubeconfig|-config-file|-config)");

    private static final List<Component> ALL = List.of(Component.values());
    private static final List<Component> API = List.of(Component.KUBE_APISERVER);
    private static final List<Component> CONTROLLERS = List.of(Component.KUBE_CONTROLLER_MANAGER);
    private static final List<Component> LOOPS = List.of(Component.KUBE_CONTROLLER_MANAGER, Component.KUBE_SCHEDULER);
    private static final List<Component> KUBELET = List.of(Component.KUBELET);
    private static final List<Component> PROXY = List.of(Component.KUBE_PROXY);

    private static final Map<Component, Map<String, Refusal>> TABLE = table();

    private RefusedFlags() {}

    /// Why a flag is refused.
    /// @param boundary whether it would open the cluster, its control plane or its nodes to somebody, so that it is
    ///     refused among experimental customizations as well
    /// @param reason goes on after "because"
    record Refusal(boolean boundary, String reason) {}

    /// Why an argument cannot be customized.
    static Optional<Refusal> of(Component component, String flag) {
        return Optional.ofNullable(flags(component).get(flag));
    }

    /// Whether the flag's value is the name of a file.
    static boolean namesFile(String flag) {
        return PATH.matcher(flag).matches();
    }

    static Set<String> names(Component component) {
        return flags(component).keySet();
    }

    private static Map<String, Refusal> flags(Component component) {
        return TABLE.getOrDefault(component, Map.of());
    }

    private static Map<Component, Map<String, Refusal>> table() {
        var table = new EnumMap<Component, Map<String, Refusal>>(Component.class);
        ALL.forEach(component -> table.put(component, new HashMap<>()));

        // What would open something to somebody.
        boundary(table, API, "it decides who is let into the cluster", """
                anonymous-auth authentication-config authentication-token-webhook-cache-ttl
                authentication-token-webhook-config-file authentication-token-webhook-version client-ca-file
                token-auth-file requestheader-client-ca-file requestheader-extra-headers-prefix
                requestheader-group-headers requestheader-uid-headers requestheader-username-headers
                service-account-issuer service-account-jwks-uri service-account-key-file service-account-lookup
                service-account-signing-endpoint service-account-signing-key-file api-audiences""");
        boundary(table, API, "it decides who may do what in the cluster", """
                authorization-config authorization-mode authorization-policy-file
                authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
                authorization-webhook-config-file authorization-webhook-version""");
        boundary(table, API, "the plan decides it", "allow-privileged admission-control-config-file admission-control");
        boundary(table, API, "the control plane's data and keys depend on it", """
                etcd-cafile etcd-certfile etcd-keyfile etcd-prefix etcd-servers etcd-servers-overrides
                encryption-provider-config-automatic-reload kubelet-certificate-authority kubelet-client-certificate
                kubelet-client-key proxy-client-cert-file proxy-client-key-file peer-ca-file""");
        boundary(table, API, "it writes or opens files of the master", "audit-log-path debug-socket-path");
        boundary(table, LOOPS, "it decides whom the component trusts and who may ask it", """
                kubeconfig authentication-kubeconfig authentication-skip-lookup authentication-token-webhook-cache-ttl
                authentication-tolerate-lookup-failure authorization-always-allow-paths authorization-kubeconfig
                authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl client-ca-file
                master requestheader-allowed-names requestheader-client-ca-file requestheader-extra-headers-prefix
                requestheader-group-headers requestheader-uid-headers requestheader-username-headers""");
        boundary(table, CONTROLLERS, "the cluster's keys and certificates depend on it", """
                cluster-signing-cert-file cluster-signing-key-file cluster-signing-kube-apiserver-client-cert-file
                cluster-signing-kube-apiserver-client-key-file cluster-signing-kubelet-client-cert-file
                cluster-signing-kubelet-client-key-file cluster-signing-kubelet-serving-cert-file
                cluster-signing-kubelet-serving-key-file cluster-signing-legacy-unknown-cert-file
                cluster-signing-legacy-unknown-key-file root-ca-file service-account-private-key-file
                use-service-account-credentials""");
        boundary(table, CONTROLLERS, "it lets pods write to or run programs of the master", """
                enable-hostpath-provisioner flex-volume-plugin-dir external-cloud-volume-plugin""");
        boundary(table, List.of(Component.KUBE_SCHEDULER), "it is a file of the master", "config write-config-to");
        boundary(table, KUBELET, "it decides who may ask the kubelet", """
                anonymous-auth authentication-token-webhook authentication-token-webhook-cache-ttl authorization-mode
                authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl client-ca-file
                read-only-port""");
        boundary(table, KUBELET, "the node's identity depends on it", """
                bootstrap-kubeconfig cert-dir config config-dir hostname-override kubeconfig rotate-certificates
                rotate-server-certificates tls-cert-file tls-private-key-file""");
        boundary(table, KUBELET, "it runs programs or pods of others on the node", """
                experimental-mounter-path image-credential-provider-bin-dir image-credential-provider-config
                manifest-url manifest-url-header pod-manifest-path volume-plugin-dir""");
        boundary(table, KUBELET, "it reaches over the node's limits", "allowed-unsafe-sysctls lock-file");
        boundary(table, PROXY, "the node's identity depends on it", "config kubeconfig master");
        boundary(table, PROXY, "it writes files of the node", "write-config-to");
        var serving = List.of(Component.KUBE_APISERVER, Component.KUBE_CONTROLLER_MANAGER, Component.KUBE_SCHEDULER);
        boundary(
                table,
                serving,
                "OpenPKS makes the certificates",
                "cert-dir tls-cert-file tls-private-key-file tls-sni-cert-key");

        // What OpenPKS sets itself: another value would break the cluster, and nothing else.
        own(table, API, "other parts find the API by it", """
                advertise-address bind-address external-hostname secure-port endpoint-reconciler-type
                kubernetes-service-node-port peer-advertise-ip peer-advertise-port permit-address-sharing
                permit-port-sharing kubelet-preferred-address-types storage-backend enable-aggregator-routing""");
        own(table, API, "the cluster's network is made after it", "service-cluster-ip-range");
        own(
                table,
                serving,
                "the Kubernetes version belongs to the release",
                "emulated-version min-compatibility-version");
        own(table, API, "the Kubernetes version belongs to the release", """
                emulation-forward-compatible runtime-config-emulation-forward-compatible""");
        own(table, LOOPS, "OpenPKS sets it for the plan's number of masters", """
                bind-address leader-elect leader-elect-lease-duration leader-elect-renew-deadline
                leader-elect-resource-lock leader-elect-resource-name leader-elect-resource-namespace
                leader-elect-retry-period permit-address-sharing permit-port-sharing secure-port""");
        own(table, CONTROLLERS, "the cluster's network is made after it", """
                allocate-node-cidrs cidr-allocator-type cluster-cidr configure-cloud-routes node-cidr-mask-size
                node-cidr-mask-size-ipv4 node-cidr-mask-size-ipv6 service-cluster-ip-range""");
        own(table, CONTROLLERS, "this installation has no cloud provider in Kubernetes", """
                cloud-config cloud-provider cluster-name enable-leader-migration leader-migration-config""");
        own(table, KUBELET, "OpenPKS sets it for the node", """
                address cgroup-driver cgroup-root cgroups-per-qos cloud-provider cluster-dns cluster-domain
                container-runtime-endpoint enable-server exit-on-lock-contention fail-cgroupv1 fail-swap-on
                healthz-bind-address healthz-port image-service-endpoint kubelet-cgroups make-iptables-util-chains
                node-ip node-labels oom-score-adj pod-cidr port provider-id register-node register-with-taints
                resolv-conf root-dir runonce runtime-cgroups system-cgroups""");
        own(table, PROXY, "OpenPKS sets it for the node", """
                bind-address bind-address-hard-fail cleanup cluster-cidr conntrack-max-per-core conntrack-min
                conntrack-tcp-timeout-close-wait conntrack-tcp-timeout-established detect-local-mode
                healthz-bind-address hostname-override init-only metrics-bind-address oom-score-adj proxy-mode""");
        return table;
    }

    private static void boundary(
            Map<Component, Map<String, Refusal>> table, List<Component> components, String reason, String flags) {
        put(table, components, new Refusal(true, reason), flags);
    }

    private static void own(
            Map<Component, Map<String, Refusal>> table, List<Component> components, String reason, String flags) {
        put(table, components, new Refusal(false, reason), flags);
    }

    private static void put(
            Map<Component, Map<String, Refusal>> table, List<Component> components, Refusal refusal, String flags) {
        for (var component : components) {
            for (var flag : flags.strip().split("\\s+")) {
                table.get(component).put(flag, refusal);
            }
        }
    }
}
