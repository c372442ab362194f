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
    /// @param always whether it would open the cluster, its control plane or its nodes to somebody, or break the
    ///     cluster, so that it is refused among experimental customizations as well
    /// @param reason goes on after "because"
    record Refusal(boolean always, String reason) {}

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
        always(table, API, "it decides who is let into the cluster", """
                anonymous-auth authentication-config authentication-token-webhook-cache-ttl
                authentication-token-webhook-config-file authentication-token-webhook-version client-ca-file
                token-auth-file requestheader-client-ca-file requestheader-extra-headers-prefix
                requestheader-group-headers requestheader-uid-headers requestheader-username-headers
                service-account-issuer service-account-jwks-uri service-account-key-file service-account-lookup
                service-account-signing-endpoint service-account-signing-key-file api-audiences""");
        always(table, API, "it decides who may do what in the cluster", """
                authorization-config authorization-mode authorization-policy-file
                authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl
                authorization-webhook-config-file authorization-webhook-version""");
        always(table, API, "the plan decides it", "allow-privileged admission-control-config-file admission-control");
        always(table, API, "the control plane's data and keys depend on it", """
                etcd-cafile etcd-certfile etcd-keyfile etcd-prefix etcd-servers etcd-servers-overrides
                encryption-provider-config-automatic-reload kubelet-certificate-authority kubelet-client-certificate
                kubelet-client-key proxy-client-cert-file proxy-client-key-file peer-ca-file""");
        always(table, API, "it writes or opens files of the master", "audit-log-path debug-socket-path");
        always(table, LOOPS, "it decides whom the component trusts and who may ask it", """
                kubeconfig authentication-kubeconfig authentication-skip-lookup authentication-token-webhook-cache-ttl
                authentication-tolerate-lookup-failure authorization-always-allow-paths authorization-kubeconfig
                authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl client-ca-file
                master requestheader-allowed-names requestheader-client-ca-file requestheader-extra-headers-prefix
                requestheader-group-headers requestheader-uid-headers requestheader-username-headers""");
        always(table, CONTROLLERS, "the cluster's keys and certificates depend on it", """
                cluster-signing-cert-file cluster-signing-key-file cluster-signing-kube-apiserver-client-cert-file
                cluster-signing-kube-apiserver-client-key-file cluster-signing-kubelet-client-cert-file
                cluster-signing-kubelet-client-key-file cluster-signing-kubelet-serving-cert-file
                cluster-signing-kubelet-serving-key-file cluster-signing-legacy-unknown-cert-file
                cluster-signing-legacy-unknown-key-file root-ca-file service-account-private-key-file
                use-service-account-credentials""");
        always(table, CONTROLLERS, "it lets pods write to or run programs of the master", """
                enable-hostpath-provisioner flex-volume-plugin-dir external-cloud-volume-plugin""");
        always(table, List.of(Component.KUBE_SCHEDULER), "it is a file of the master", "config write-config-to");
        always(table, KUBELET, "it decides who may ask the kubelet", """
                anonymous-auth authentication-token-webhook authentication-token-webhook-cache-ttl authorization-mode
                authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl client-ca-file
                read-only-port""");
        always(table, KUBELET, "the node's identity depends on it", """
                bootstrap-kubeconfig cert-dir config config-dir hostname-override kubeconfig rotate-certificates
                rotate-server-certificates tls-cert-file tls-private-key-file""");
        always(table, KUBELET, "it runs programs or pods of others on the node", """
                experimental-mounter-path image-credential-provider-bin-dir image-credential-provider-config
                manifest-url manifest-url-header pod-manifest-path volume-plugin-dir""");
        always(table, KUBELET, "it reaches over the node's limits", "allowed-unsafe-sysctls lock-file");
        always(table, PROXY, "the node's identity depends on it", "config kubeconfig master");
        always(table, PROXY, "it writes files of the node", "write-config-to");
        var serving = List.of(Component.KUBE_APISERVER, Component.KUBE_CONTROLLER_MANAGER, Component.KUBE_SCHEDULER);
        always(
                table,
                serving,
                "OpenPKS makes the certificates",
                "cert-dir tls-cert-file tls-private-key-file tls-sni-cert-key");

        // What OpenPKS sets itself: with another value the cluster would not start or not find itself.
        always(table, API, "other parts find the API by it", """
                advertise-address bind-address secure-port endpoint-reconciler-type enable-aggregator-routing
                kubelet-preferred-address-types""");
        always(table, API, "the cluster's network is made after it", "service-cluster-ip-range");
        always(table, API, "OpenPKS sets it for the cluster's data", """
                etcd-compaction-interval etcd-count-metric-poll-period etcd-db-metric-poll-interval
                etcd-healthcheck-timeout etcd-readycheck-timeout storage-backend storage-initialization-timeout
                storage-media-type""");
        always(table, API, "OpenPKS sets it for all clusters", """
                kubelet-timeout service-account-extend-token-expiration service-account-max-token-expiration""");
        always(table, API, "the API takes every asymmetric algorithm", "oidc-signing-algs");
        always(table, LOOPS, "OpenPKS sets it for the plan's number of masters", """
                bind-address leader-elect leader-elect-lease-duration leader-elect-renew-deadline
                leader-elect-resource-lock leader-elect-resource-name leader-elect-resource-namespace
                leader-elect-retry-period secure-port""");
        always(table, CONTROLLERS, "the cluster's network is made after it", """
                allocate-node-cidrs cluster-cidr node-cidr-mask-size node-cidr-mask-size-ipv4
                node-cidr-mask-size-ipv6 service-cluster-ip-range""");
        always(table, CONTROLLERS, "OpenPKS renews the certificates by it", "cluster-signing-duration");
        always(table, List.of(Component.KUBE_SCHEDULER), "it stands in the scheduler's file", """
                kube-api-burst kube-api-content-type kube-api-qps""");
        always(table, KUBELET, "OpenPKS sets it for the node", """
                address cgroup-driver cluster-dns cluster-domain container-runtime-endpoint containerd
                healthz-bind-address healthz-port node-ip node-labels oom-score-adj port register-node
                register-with-taints root-dir runtime-cgroups""");
        always(table, PROXY, "OpenPKS sets it for the node", """
                bind-address cleanup cluster-cidr detect-local-mode healthz-bind-address hostname-override init-only
                metrics-bind-address oom-score-adj pod-bridge-interface pod-interface-name-prefix proxy-mode""");

        // What is not supported, and may be tried.
        unsupported(table, API, "other parts find the API by it", """
                external-hostname kubernetes-service-node-port peer-advertise-ip peer-advertise-port
                permit-address-sharing permit-port-sharing""");
        unsupported(table, serving, "the Kubernetes version belongs to the release", """
                emulated-version min-compatibility-version""");
        unsupported(table, API, "the Kubernetes version belongs to the release", """
                emulation-forward-compatible runtime-config-emulation-forward-compatible""");
        unsupported(table, LOOPS, "OpenPKS gives it its ports", "permit-address-sharing permit-port-sharing");
        unsupported(table, CONTROLLERS, "this installation has no cloud provider in Kubernetes", """
                cidr-allocator-type cloud-config cloud-provider cluster-name configure-cloud-routes
                enable-leader-migration leader-migration-config""");
        unsupported(table, KUBELET, "OpenPKS sets it for the node", """
                cgroup-root cgroups-per-qos cloud-provider enable-server exit-on-lock-contention fail-cgroupv1
                fail-swap-on image-service-endpoint kubelet-cgroups make-iptables-util-chains pod-cidr provider-id
                resolv-conf runonce system-cgroups""");
        unsupported(table, PROXY, "OpenPKS sets it for the node", """
                bind-address-hard-fail conntrack-max-per-core conntrack-min conntrack-tcp-timeout-close-wait
                conntrack-tcp-timeout-established""");
        return table;
    }

    private static void always(
            Map<Component, Map<String, Refusal>> table, List<Component> components, String reason, String flags) {
        put(table, components, new Refusal(true, reason), flags);
    }

    private static void unsupported(
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
