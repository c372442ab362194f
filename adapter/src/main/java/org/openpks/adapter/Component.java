package org.openpks.adapter;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A program of Kubernetes whose arguments a profile may change, with the flags that stay the product's own: a
/// cluster would not start, would lose its data or its nodes, or would open itself, with others. The same holds for
/// experimental customizations; docs/profiles.md has the reasons for people.
enum Component {
    API_SERVER(
            "kube-apiserver",
            "admission-control-config-file|advertise-address|allow-privileged|anonymous-auth|api-audiences|audit-log-path"
                    + "|authentication-config|authorization-.*|bind-address|cert-dir|client-ca-file|enable-aggregator-routing"
                    + "|encryption-provider-config-automatic-reload|endpoint-reconciler-type|etcd-.*|kubelet-.*"
                    + "|oidc-signing-algs|proxy-client-.*|requestheader-(?!allowed-names$).*|secure-port|service-account-.*"
                    + "|service-cluster-ip-range|storage-.*|tls-cert-file|tls-private-key-file|token-auth-file"),
    CONTROLLER_MANAGER(
            "kube-controller-manager",
            "allocate-node-cidrs|authentication-.*|authorization-.*|bind-address|cert-dir|client-ca-file|cluster-cidr"
                    + "|cluster-signing-.*|enable-hostpath-provisioner|kubeconfig|leader-elect.*|master|node-cidr-mask-size.*|requestheader-.*"
                    + "|root-ca-file|secure-port|service-account-private-key-file|service-cluster-ip-range|tls-cert-file"
                    + "|tls-private-key-file|use-service-account-credentials"),
    SCHEDULER(
            "kube-scheduler",
            "authentication-.*|authorization-.*|bind-address|cert-dir|client-ca-file|config|kube-api-.*|kubeconfig"
                    + "|leader-elect.*|master|requestheader-.*|secure-port|tls-cert-file|tls-private-key-file|write-config-to"),
    KUBELET(
            "kubelet",
            "address|allowed-unsafe-sysctls|anonymous-auth|authentication-.*|authorization-.*|bootstrap-kubeconfig|cert-dir|cgroup-driver"
                    + "|client-ca-file|cluster-dns|cluster-domain|config|config-dir|container-runtime-.*|containerd"
                    + "|healthz-.*|hostname-override|image-credential-provider-.*|kubeconfig|manifest-url.*|node-ip|node-labels"
                    + "|oom-score-adj|pod-manifest-path|port|read-only-port"
                    + "|register-node|register-with-taints|root-dir|rotate-.*|runtime-cgroups|tls-cert-file"
                    + "|tls-private-key-file|volume-plugin-dir"),
    PROXY(
            "kube-proxy",
            "bind-address|cleanup|cluster-cidr|config|detect-local-mode|healthz-.*|hostname-override|init-only"
                    + "|kubeconfig|master|metrics-.*|oom-score-adj|pod-.*|proxy-mode|write-config-to");

    /// They print something and end.
    private static final Pattern NO_START = Pattern.compile("help|version");

    private static final String FRONT_PROXY = "front-proxy-client";

    private final String text;
    private final Pattern own;

    Component(String text, String own) {
        this.text = text;
        this.own = Pattern.compile(own);
    }

    /// The program's name.
    String text() {
        return text;
    }

    static Optional<Component> named(@Nullable Object text) {
        return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Component::text).collect(Collectors.joining(", "));
    }

    /// Why a profile may not have this flag; empty when it may.
    Optional<String> refusal(String flag) {
        if (NO_START.matcher(flag).matches()) {
            return Optional.of("cannot be set: %s would print something and end".formatted(text));
        }
        if (this == API_SERVER && flag.equals("oidc-signing-algs")) {
            return Optional.of("cannot be limited: the API takes every asymmetric algorithm");
        }
        return own.matcher(flag).matches()
                ? Optional.of("cannot be set: the cluster needs the product's own value")
                : Optional.empty();
    }

    /// The value as the program gets it.
    String value(String path, String flag, String value) {
        if (this != API_SERVER) {
            return value;
        }
        switch (flag) {
            case AdmissionPlugins.FLAG ->
                AdmissionPlugins.of(value)
                        .forEach(name -> AdmissionPlugins.refusal(name).ifPresent(why -> {
                            throw Parameters.invalid(path, why);
                        }));
            case "disable-admission-plugins" ->
                AdmissionPlugins.of(value).stream()
                        .filter(AdmissionPlugins.REQUIRED::contains)
                        .findFirst()
                        .ifPresent(name -> {
                            throw Parameters.invalid(path, "must not name %s: the cluster needs it".formatted(name));
                        });
            case "requestheader-allowed-names" -> {
                // The API's own requests to aggregated APIs, metrics for one, carry the product's name.
                var names = new LinkedHashSet<>(List.of(FRONT_PROXY));
                names.addAll(Arrays.asList(value.split(",")));
                return String.join(",", names);
            }
            case EncryptionConfig.FLAG, Oidc.FLAG_CA ->
                throw Parameters.invalid(path, "must be a file argument: nobody but the product puts files on masters");
            default -> {}
        }
        return value;
    }
}
