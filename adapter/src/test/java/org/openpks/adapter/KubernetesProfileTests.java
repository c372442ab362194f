package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.kernel.Fault;

class KubernetesProfileTests {

    private static final String FIRST = encryption("first", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    private static final String SECOND = encryption("second", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=");

    private final KubernetesServiceAdapter adapter = new KubernetesServiceAdapter();
    private final Plan plan = TestPlans.named("small");

    private static String encryption(String... namesAndSecrets) {
        var keys = new StringBuilder();
        for (int i = 0; i < namesAndSecrets.length; i += 2) {
            keys.append("      - {name: %s, secret: %s}\n".formatted(namesAndSecrets[i], namesAndSecrets[i + 1]));
        }
        return """
                apiVersion: apiserver.config.k8s.io/v1
                kind: EncryptionConfiguration
                resources:
                - resources: [secrets]
                  providers:
                  - aescbc:
                      keys:
                """ + keys;
    }

    private static Map<String, Object> profile(String component, Map<String, ?> arguments, Map<String, ?> files) {
        return Map.of(
                "name",
                "p",
                "customizations",
                List.of(Map.of("component", component, "arguments", arguments, "file-arguments", files)));
    }

    private static Map<String, Object> encrypted(String text) {
        return profile("kube-apiserver", Map.of(), Map.of(EncryptionConfig.FLAG, text));
    }

    private ServiceAdapter.GeneratedManifest create(Map<String, Object> profile) {
        return adapter.generateManifest(TestPlans.create(
                plan, Map.of(Parameters.MASTER_HOST, TestPlans.HOST, KubernetesProfile.PARAMETER, profile)));
    }

    private ServiceAdapter.GeneratedManifest update(
            Map<String, Object> parameters, ServiceAdapter.GeneratedManifest before) {
        var request = TestPlans.update(plan, parameters, stored(before));
        var secrets = new LinkedHashMap<String, String>();
        before.secrets().forEach((name, value) -> secrets.put("((/odb/s/d/" + name + "))", String.valueOf(value)));
        return adapter.generateManifest(new GenerateManifest(
                request.serviceDeployment(),
                request.plan(),
                request.requestParameters(),
                request.previousManifest(),
                request.previousPlan(),
                secrets,
                request.previousConfigs()));
    }

    /// The manifest as the broker hands it to the Director.
    private static String stored(ServiceAdapter.GeneratedManifest made) {
        return made.manifest().replaceAll("\\(\\(odb_secret:", "((/odb/s/d/");
    }

    private static Map<String, Object> job(String manifest, String group, String job) {
        var found = Maps.maps(Maps.named(Yaml.map(manifest)).get("instance_groups")).stream()
                .filter(one -> group.equals(one.get("name")))
                .findFirst()
                .orElseThrow();
        return Maps.maps(found.get("jobs")).stream()
                .filter(one -> job.equals(one.get("name")))
                .map(one -> Maps.map(one.get("properties")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void givesEachProgramItsArguments() {
        var manifest = create(Map.of(
                        "name",
                        "all",
                        "customizations",
                        List.of(
                                Map.of("component", "kube-apiserver", "arguments", Map.of("event-ttl", "2h")),
                                Map.of("component", "kubelet", "arguments", Map.of("max-pods", "50"))),
                        "experimental_customizations",
                        List.of(
                                Map.of("component", "kubelet", "arguments", Map.of("max-pods", "60", "v", "4")),
                                Map.of("component", "kube-proxy", "arguments", Map.of("v", "5")))))
                .manifest();
        assertThat(job(manifest, "master", "kube-apiserver")).containsEntry("k8s_args", Map.of("event-ttl", "2h"));
        assertThat(job(manifest, "worker", "kubelet")).containsEntry("k8s_args", Map.of("max-pods", "50", "v", "4"));
        assertThat(job(manifest, "worker", "kube-proxy")).containsEntry("k8s_args", Map.of("v", "5"));
        assertThat(job(manifest, "master", "kube-scheduler")).doesNotContainKey("k8s_args");
    }

    @Test
    void keepsFilesOutOfTheManifest() {
        var made = create(profile("kube-apiserver", Map.of(), Map.of("audit-policy-file", "very secret")));
        assertThat(made.manifest()).doesNotContain("very secret");
        assertThat(made.secrets()).hasSize(1).containsValue("very secret");
        var reference =
                "((odb_secret:%s))".formatted(made.secrets().keySet().iterator().next());
        assertThat(job(made.manifest(), "master", "kube-apiserver"))
                .containsEntry("k8s_files", Map.of("audit-policy-file", reference));
        assertThat(made.toString()).doesNotContain("KubernetesProfile");
    }

    @Test
    void namesAChangedFileOtherwise() {
        var one = create(profile("kubelet", Map.of(), Map.of("some-file", "a")));
        var two = create(profile("kubelet", Map.of(), Map.of("some-file", "b")));
        assertThat(one.secrets().keySet())
                .doesNotContainAnyElementsOf(two.secrets().keySet());
    }

    @Test
    void staysUntilItIsTakenOff() {
        var made = create(profile("kube-apiserver", Map.of("event-ttl", "2h"), Map.of("audit-policy-file", "x")));
        var scaled = update(Map.of(Parameters.WORKERS, 4), made);
        assertThat(job(scaled.manifest(), "master", "kube-apiserver"))
                .isEqualTo(job(made.manifest(), "master", "kube-apiserver"));
        assertThat(scaled.secrets()).isEmpty();

        var bare = update(Map.of(KubernetesProfile.PARAMETER, Map.of()), made);
        assertThat(bare.manifest())
                .isEqualTo(update(Map.of(), adapter.generateManifest(TestPlans.create(plan)))
                        .manifest());
    }

    @Test
    void takesAReferenceForWhatWasHandedOverBefore() {
        var made = create(profile("kubelet", Map.of(), Map.of("some-file", "a")));
        var name = made.secrets().keySet().iterator().next();
        var again = create(profile("kubelet", Map.of(), Map.of("some-file", "((odb_secret:%s))".formatted(name))));
        assertThat(again.manifest()).isEqualTo(made.manifest());
        assertThat(again.secrets()).isEmpty();
    }

    @Test
    void addsAdmissionPluginsToThePlans() {
        var base = TestPlans.withProperty(plan, "admission_plugins", List.of("PodNodeSelector"));
        var manifest = adapter.generateManifest(TestPlans.create(
                        base,
                        Map.of(
                                Parameters.MASTER_HOST,
                                TestPlans.HOST,
                                KubernetesProfile.PARAMETER,
                                profile(
                                        "kube-apiserver",
                                        Map.of("enable-admission-plugins", "ResourceQuota,PodNodeSelector"),
                                        Map.of()))))
                .manifest();
        assertThat(job(manifest, "master", "kube-apiserver"))
                .containsEntry("admission_plugins", List.of("PodNodeSelector", "ResourceQuota"))
                .doesNotContainKey("k8s_args");
    }

    @Test
    void keepsTheProductsNameAmongThoseOfTheFrontProxy() {
        var manifest = create(profile("kube-apiserver", Map.of("requestheader-allowed-names", "mine"), Map.of()))
                .manifest();
        assertThat(job(manifest, "master", "kube-apiserver"))
                .containsEntry("k8s_args", Map.of("requestheader-allowed-names", "front-proxy-client,mine"));
    }

    @Test
    void turnsOidcFlagsIntoTheApisOwnFile() {
        var made = create(profile(
                "kube-apiserver",
                Map.of(
                        "oidc-issuer-url",
                        "https://dex.example.com",
                        "oidc-client-id",
                        "k8s",
                        "oidc-required-claim",
                        "hd=example.com"),
                Map.of("oidc-ca-file", "-----BEGIN CERTIFICATE-----")));
        var api = job(made.manifest(), "master", "kube-apiserver");
        assertThat(Maps.map(api.get("oidc")))
                .containsEntry("issuer_url", "https://dex.example.com")
                .containsEntry("client_id", "k8s")
                .containsEntry("username_claim", "sub")
                .containsEntry("username_prefix", "https://dex.example.com#")
                .containsEntry("groups_claim", "")
                .containsEntry("required_claims", Map.of("hd", "example.com"))
                .hasEntrySatisfying("ca", ca -> assertThat(String.valueOf(ca)).startsWith("((odb_secret:"));
        assertThat(api).doesNotContainKeys("k8s_args", "k8s_files");
        assertThat(DeployedManifest.parse(stored(made)).oidc())
                .as("the control plane knows no users of this provider")
                .isEmpty();
    }

    @Test
    void changesSingleClaimsOfThePlansProvider() {
        var federated = TestPlans.withProperty(
                plan, "oidc", Map.of("issuer_url", "https://uaa.example.com/oauth/token", "groups_prefix", "uaa:"));
        var manifest = adapter.generateManifest(TestPlans.create(
                        federated,
                        Map.of(
                                Parameters.MASTER_HOST,
                                TestPlans.HOST,
                                KubernetesProfile.PARAMETER,
                                profile(
                                        "kube-apiserver",
                                        Map.of("oidc-groups-claim", "teams", "oidc-username-prefix", "-"),
                                        Map.of()))))
                .manifest();
        assertThat(Maps.map(job(manifest, "master", "kube-apiserver").get("oidc")))
                .containsEntry("issuer_url", "https://uaa.example.com/oauth/token")
                .containsEntry("groups_claim", "teams")
                .containsEntry("groups_prefix", "uaa:")
                .containsEntry("username_prefix", "");
        assertThat(DeployedManifest.parse(manifest).oidc()).isPresent();
    }

    @Test
    void keepsTheKeysThatDataAreEncryptedWith() {
        var made = create(encrypted(FIRST));
        assertThat(job(made.manifest(), "master", "kube-apiserver"))
                .hasEntrySatisfying("encryption_provider_config", text -> assertThat(String.valueOf(text))
                        .startsWith("((odb_secret:kubernetes-profile-kube-apiserver-encryption-provider-config-"))
                .doesNotContainKey("k8s_files");
        for (var worse : List.of(Map.<String, Object>of(), profile("kubelet", Map.of(), Map.of()))) {
            assertThatThrownBy(() -> update(Map.of(KubernetesProfile.PARAMETER, worse), made))
                    .hasMessageContaining("encrypted with the keys of the Kubernetes profile p");
        }
        assertThatThrownBy(() -> update(Map.of(KubernetesProfile.PARAMETER, encrypted(SECOND)), made))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(AdapterFault.CHANGE_REFUSED))
                .hasMessageContaining("Put them behind the new ones");
        var both = encryption(
                "second",
                "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=",
                "first",
                "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        assertThat(update(Map.of(KubernetesProfile.PARAMETER, encrypted(both)), made)
                        .secrets())
                .hasSize(1);
        assertThat(update(Map.of(Parameters.WORKERS, 2), made).secrets()).isEmpty();
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(
                        profile("etcd", Map.of(), Map.of()),
                        "customizations[0].component must be one of kube-apiserver, "),
                Arguments.of(profile("kubelet", Map.of("--v", "1"), Map.of()), "arguments.--v is no flag"),
                Arguments.of(profile("kubelet", Map.of("node_ip", "1"), Map.of()), "arguments.node_ip is no flag"),
                Arguments.of(profile("kubelet", Map.of("v", 1), Map.of()), "arguments.v must be a string"),
                Arguments.of(
                        profile("kubelet", Map.of("v", "((node-token))"), Map.of()), "arguments.v must not contain (("),
                Arguments.of(
                        profile("kubelet", Map.of("v", "1\n--x"), Map.of()), "must not contain control characters"),
                Arguments.of(
                        profile("kubelet", Map.of("version", "true"), Map.of()),
                        "kubelet would print something and end"),
                Arguments.of(
                        profile("kube-apiserver", Map.of("etcd-servers", "x"), Map.of()),
                        "the cluster needs the product's own value"),
                Arguments.of(
                        profile("kube-apiserver", Map.of(), Map.of("client-ca-file", "x")),
                        "file-arguments.client-ca-file cannot be set"),
                Arguments.of(
                        profile("kube-apiserver", Map.of("enable-admission-plugins", "AlwaysDeny"), Map.of()),
                        "nothing could run in the cluster"),
                Arguments.of(
                        profile("kube-apiserver", Map.of("disable-admission-plugins", "NodeRestriction"), Map.of()),
                        "must not name NodeRestriction"),
                Arguments.of(
                        profile("kube-apiserver", Map.of("encryption-provider-config", "/etc/x"), Map.of()),
                        "must be a file argument"),
                Arguments.of(
                        profile("kube-apiserver", Map.of(), Map.of("encryption-provider-config", "kind: Secret")),
                        "must be an EncryptionConfiguration"),
                Arguments.of(
                        profile("kube-apiserver", Map.of(), Map.of("encryption-provider-config", "a: [")),
                        "must be YAML"),
                Arguments.of(
                        profile(
                                "kube-apiserver",
                                Map.of(),
                                Map.of("encryption-provider-config", FIRST.replace("aescbc", "kms"))),
                        "cannot use the provider kms"),
                Arguments.of(
                        profile("kube-apiserver", Map.of("v", "1"), Map.of("v", "x")), "is given as an argument too"),
                Arguments.of(
                        profile("kube-apiserver", Map.of("oidc-client-id", "x"), Map.of()),
                        "has oidc-client-id without oidc-issuer-url"),
                Arguments.of(
                        profile(
                                "kube-apiserver",
                                Map.of("oidc-issuer-url", "http://x", "oidc-client-id", "x"),
                                Map.of()),
                        "must have an https URL"),
                Arguments.of(
                        profile("kube-apiserver", Map.of("oidc-signing-algs", "RS256"), Map.of()), "cannot be limited"),
                Arguments.of(
                        Map.of("name", "p", "customisations", List.of()),
                        "kubernetes_profile.customisations is not a field"),
                Arguments.of(
                        Map.of("customizations", List.of()), "kubernetes_profile.name must be the profile's name"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesWhatWouldDoHarm(Map<String, Object> profile, String sentence) {
        assertThatThrownBy(() -> create(profile)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(AdapterFault.PARAMETER_INVALID);
            assertThat(fault.userMessage()).startsWith("kubernetes_profile").contains(sentence);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"secrets", "*.", "*.*"})
    void readsKeysWhateverTheyEncrypt(String resource) {
        assertThat(EncryptionConfig.keys(FIRST.replace("[secrets]", "['" + resource + "']")))
                .containsExactly("aescbc/first/MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    }

    @Test
    void isTheSameForAnUpgrade() {
        var made = create(encrypted(FIRST));
        var upgraded = adapter.generateManifest(new GenerateManifest(
                TestPlans.deployment("1.38.0"),
                plan,
                Map.of("context", Map.of()),
                Optional.of(stored(made)),
                Optional.of(plan),
                Map.of(),
                Map.of()));
        assertThat(job(upgraded.manifest(), "master", "kube-apiserver"))
                .isEqualTo(job(made.manifest(), "master", "kube-apiserver"));
    }
}
