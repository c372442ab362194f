package org.openpks.api.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.kernel.Fault;

class CustomizationRulesTests {

    private static final ComponentFlags FLAGS = ComponentFlags.of("1.37.2");

    private static List<Customization> read(boolean checked, String component, String flag, String value) {
        return CustomizationRules.read(
                "c", List.of(new Customization.Given(component, Map.of(flag, value), null)), checked);
    }

    private static String problem(String component, String flag, String value) {
        return CustomizationRules.problem("c", read(true, component, flag, value), FLAGS)
                .map(Fault::userMessage)
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kube-apiserver | service-node-port-range | 30000-40000
            kube-apiserver | enable-admission-plugins | ResourceQuota
            kube-apiserver | enable-admission-plugins | ResourceQuota,PodNodeSelector
            kube-apiserver | requestheader-allowed-names | front-proxy-client,other
            kube-apiserver | oidc-issuer-url | https://dex.example.com:32000
            kube-apiserver | oidc-client-id | cluster
            kube-apiserver | oidc-required-claim | hd=example.com
            kube-apiserver | feature-gates | AllAlpha=false
            kube-apiserver | feature-gates | kube:AllAlpha=false
            kube-controller-manager | terminated-pod-gc-threshold | 100
            kube-scheduler | pod-max-in-unschedulable-pods-duration | 2m
            kubelet | maximum-dead-containers | 1000
            kubelet | eviction-hard | memory.available<200Mi,nodefs.available<10%
            kubelet | feature-gates | AllBeta=true
            kube-proxy | nodeport-addresses | 10.0.0.0/8
            """)
    void takesWhatMakesSense(String component, String flag, String value) {
        assertThat(problem(component, flag, value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kube-apiserver | service-node-port-range | 40000-30000 | invalid value for service-node-port-range: the field 'c[0].arguments.service-node-port-range' must be a range of ports between 1 and 65535 such as 30000-32767.
            kube-apiserver | service-node-port-rang | 1-2 | The field 'c[0].arguments.service-node-port-rang' is unknown: kube-apiserver of Kubernetes 1.37 has no flag 'service-node-port-rang'. Did you mean 'service-node-port-range'?
            kubelet | no-such-thing-anywhere | 1 | The field 'c[0].arguments.no-such-thing-anywhere' is unknown: kubelet of Kubernetes 1.37 has no flag 'no-such-thing-anywhere'.
            kube-apiserver | feature-gates | NoSuchGateAnywhere=true | invalid value for feature-gates: the field 'c[0].arguments.feature-gates' names the feature gate 'NoSuchGateAnywhere', which Kubernetes 1.37 does not have.
            kube-apiserver | feature-gates | AllAlfa=true | invalid value for feature-gates: the field 'c[0].arguments.feature-gates' names the feature gate 'AllAlfa', which Kubernetes 1.37 does not have. Did you mean 'AllAlpha'?
            kube-apiserver | feature-gates | AllAlpha=maybe | invalid value for feature-gates: the field 'c[0].arguments.feature-gates' must set each feature gate to true or false.
            kube-apiserver | enable-admission-plugins | ResourceQota | invalid value for enable-admission-plugins: the field 'c[0].arguments.enable-admission-plugins' names the admission plugin 'ResourceQota', which Kubernetes 1.37 does not have. Did you mean 'ResourceQuota'?
            kube-apiserver | enable-admission-plugins | AlwaysDeny | invalid value for enable-admission-plugins: the field 'c[0].arguments.enable-admission-plugins' must not name AlwaysDeny: it lets nothing in.
            kube-apiserver | tls-min-version | VersionTLS10 | invalid value for tls-min-version: the field 'c[0].arguments.tls-min-version' must be VersionTLS12 or VersionTLS13.
            kubelet | max-pods | many | invalid value for max-pods: the field 'c[0].arguments.max-pods' must be a whole number from -2147483648 to 2147483647.
            """)
    void saysWhatAVersionDoesNotHave(String component, String flag, String value, String sentence) {
        assertThat(problem(component, flag, value)).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kube-apiserver | anonymous-auth | true | true
            kube-apiserver | authorization-mode | AlwaysAllow | true
            kube-apiserver | token-auth-file | /tmp/x | true
            kube-apiserver | etcd-servers | https://evil:2379 | true
            kube-apiserver | disable-admission-plugins | NodeRestriction | true
            kube-apiserver | disable-admission-plugins | Priority, PodSecurity | true
            kube-apiserver | encryption-provider-config | /var/vcap/x | true
            kube-apiserver | tls-private-key-file | /x | true
            kube-apiserver | allow-privileged | true | true
            kube-apiserver | audit-log-path | /etc/cron.d/x | true
            kube-apiserver | advertise-address | 10.0.0.1 | true
            kube-apiserver | secure-port | 1 | true
            kube-apiserver | tracing-config-file | /x | false
            kube-controller-manager | use-service-account-credentials | false | true
            kube-controller-manager | cluster-cidr | 10.0.0.0/8 | true
            kube-controller-manager | cloud-provider | external | false
            kube-scheduler | config | /x | true
            kubelet | anonymous-auth | true | true
            kubelet | read-only-port | 10255 | true
            kubelet | pod-manifest-path | /x | true
            kubelet | node-labels | a=b | true
            kubelet | fail-swap-on | true | false
            kube-proxy | kubeconfig | /x | true
            kube-proxy | proxy-mode | ipvs | true
            """)
    void refusesWhatDoesHarm(String component, String flag, String value, boolean alsoExperimental) {
        assertThatThrownBy(() -> read(true, component, flag, value))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(ProfileFault.PROFILE_INVALID))
                .hasMessageContaining("c[0].arguments." + flag);
        if (alsoExperimental) {
            assertThatThrownBy(() -> read(false, component, flag, value)).isInstanceOf(Fault.class);
        } else {
            assertThatCode(() -> read(false, component, flag, value)).doesNotThrowAnyException();
        }
    }

    @Test
    void givesTheReason() {
        assertThatThrownBy(() -> read(true, "kube-apiserver", "anonymous-auth", "true"))
                .hasMessage(
                        "The field 'c[0].arguments.anonymous-auth' cannot be set, because it decides who is let into "
                                + "the cluster (flag 'anonymous-auth' of kube-apiserver).");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kube-apisever | v | 1 | names the component 'kube-apisever', which is unknown. Did you mean 'kube-apiserver'?
            etcd | v | 1 | names the component 'etcd', which is unknown. The components are: kube-apiserver
            kubelet | --v | 1 | is not the name of a flag
            kubelet | anonymous_auth | true | is not the name of a flag
            kubelet | v=1 --x | 1 | is not the name of a flag
            """)
    void refusesNamesThatAreNone(String component, String flag, String value, String sentence) {
        for (boolean checked : new boolean[] {true, false}) {
            assertThatThrownBy(() -> read(checked, component, flag, value)).hasMessageContaining(sentence);
        }
    }

    @Test
    void refusesValuesThatCannotBeOne() {
        assertThatThrownBy(() -> read(false, "kubelet", "v", "1\n2")).hasMessageContaining("control characters");
        assertThatThrownBy(() -> read(false, "kubelet", "v", "1".repeat(5_000))).hasMessageContaining("at most 4096");
        var missing = new HashMap<String, String>();
        missing.put("v", null);
        assertThatThrownBy(() ->
                        CustomizationRules.read("c", List.of(new Customization.Given("kubelet", missing, null)), true))
                .hasMessageContaining("must be a text");
        assertThatThrownBy(() ->
                        CustomizationRules.read("c", List.of(new Customization.Given("kubelet", Map.of(), null)), true))
                .hasMessage("The field 'c[0].arguments' is missing.");
        assertThatThrownBy(() -> CustomizationRules.read(
                        "c",
                        List.of(
                                new Customization.Given("kubelet", Map.of("v", "1"), null),
                                new Customization.Given("kubelet", Map.of("v", "2"), null)),
                        true))
                .hasMessage(
                        "The field 'c[1].component' names kubelet, which stands there already; please put its flags together.");
    }

    private static String file(boolean checked, String flag, String content) {
        var given = List.of(new Customization.Given("kube-apiserver", null, Map.of(flag, content)));
        return CustomizationRules.read("c", given, checked)
                .getFirst()
                .fileArguments()
                .get(flag);
    }

    @Test
    void takesFilesPlainAndInBase64() {
        var policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n";
        assertThat(file(true, "audit-policy-file", policy)).isEqualTo(policy);
        var encoded = Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
        assertThat(file(true, "audit-policy-file", encoded)).isEqualTo(policy);
        assertThat(file(false, "egress-selector-config-file", "abcd")).isEqualTo("abcd");
    }

    @Test
    void checksFiles() {
        assertThatThrownBy(() -> file(true, "oidc-ca-file", "nothing"))
                .hasMessage("The field 'c[0].file-arguments.oidc-ca-file' must be a certificate in PEM form.");
        assertThatThrownBy(() -> file(true, "oidc-ca-file", "-----BEGIN PRIVATE KEY-----"))
                .hasMessageContaining("private key");
        assertThatThrownBy(() -> file(true, "audit-policy-file", "kind: Policy"))
                .hasMessageContaining("audit.k8s.io/v1");
        assertThatThrownBy(() -> file(true, "egress-selector-config-file", "a: b"))
                .hasMessageContaining("experimental_customizations");
        assertThatThrownBy(() -> file(false, "encryption-provider-config", "a: b"))
                .hasMessageContaining("must be given by 'customizations'");
        assertThatThrownBy(() -> file(true, "authorization-config", "a: b")).hasMessageContaining("cannot be set");
        assertThatThrownBy(() -> file(false, "authorization-config", "a: b")).hasMessageContaining("cannot be set");
        assertThatThrownBy(() -> file(true, "audit-policy-file", "a: " + "x".repeat(FileContent.LONGEST)))
                .hasMessageContaining("files may have at most 65536");
        assertThatThrownBy(() -> file(
                        true,
                        "audit-webhook-config-file",
                        "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {exec: {command: sh}}\n"))
                .hasMessageContaining("must not have 'exec'");
    }

    @Test
    void letsTheCheckedBlockWin() {
        var profile = new KubernetesProfile(
                java.util.UUID.randomUUID(),
                "p",
                "",
                new org.openpks.api.access.Principal(org.openpks.api.access.Principal.Kind.USER, "a"),
                java.time.Instant.EPOCH,
                read(true, "kubelet", "v", "1"),
                CustomizationRules.read(
                        "e",
                        List.of(
                                new Customization.Given("kubelet", Map.of("v", "9", "max-pods", "50"), null),
                                new Customization.Given("kube-proxy", Map.of("v", "9"), null)),
                        false));
        assertThat(profile.parameter().get("experimental_customizations").toString())
                .isEqualTo("[{component=kubelet, arguments={max-pods=50}, file-arguments={}}, "
                        + "{component=kube-proxy, arguments={v=9}, file-arguments={}}]");
        assertThat(profile.parameter().get("customizations").toString())
                .isEqualTo("[{component=kubelet, arguments={v=1}, file-arguments={}}]");
    }
}
