package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.adapter.ServiceAdapter.CreateBinding;
import org.openpks.adapter.ServiceAdapter.DeleteBinding;
import org.openpks.kernel.Fault;

class BindingTests {

    private static final String ID = "0123abcd-1111-2222-3333-444455556666";
    private static final String ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/" + ID;
    private static final String GRANT = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/openpks:binding:" + ID;

    private final ServiceAdapter adapter = new KubernetesServiceAdapter();
    private FakeClusterApi api;
    private Map<String, Object> oidc = Map.of();

    @BeforeEach
    void start() throws Exception {
        api = new FakeClusterApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void makesAnAccountThatMayDoEverythingInTheCluster() {
        var credentials = bind(List.of("127.0.0.1"), api.secrets());

        assertThat(api.objects.keySet()).containsExactly(ACCOUNT, GRANT);
        assertThat(api.objects.get(GRANT)).contains("\"cluster-admin\"").contains(ID);
        assertThat(api.users)
                .allSatisfy(user -> assertThat(user).contains("CN=admin").contains("O=system:masters"));
        assertThat(credentials).containsEntry("token", FakeClusterApi.TOKEN).containsEntry("user", ID);
    }

    @Test
    void writesAKubeconfigWithTheMastersAddressWhileTheExternalNameLeadsNowhere() {
        var kubeconfig = Maps.map(bind(List.of("127.0.0.1"), api.secrets()).get("kubeconfig"));

        assertThat(kubeconfig).containsEntry("kind", "Config").containsEntry("current-context", "nowhere.invalid");
        var cluster = Maps.map(Maps.maps(kubeconfig.get("clusters")).getFirst().get("cluster"));
        assertThat(cluster).containsEntry("server", "https://127.0.0.1:" + api.port());
        var user = Maps.maps(kubeconfig.get("users")).getFirst();
        assertThat(user).containsEntry("name", ID).containsEntry("user", Map.of("token", FakeClusterApi.TOKEN));
    }

    @Test
    void asksTheNextMasterWhenOneDoesNotAnswer() {
        // 127.0.0.2 refuses: the API listens on 127.0.0.1 alone.
        assertThat(bind(List.of("127.0.0.2", "127.0.0.1"), api.secrets())).containsKey("token");
    }

    @Test
    void handsOutTheAddressBeforeWhichTheMastersStandAndUsesIt() {
        var manifest = adapter.generateManifest(TestPlans.at(
                        "127.0.0.1",
                        TestPlans.create(
                                TestPlans.named("medium"),
                                Map.of(Parameters.MASTER_HOST, "nowhere.invalid", Parameters.MASTER_PORT, api.port()))))
                .manifest();
        // Nothing listens at the master's own address.
        var credentials = adapter.createBinding(new CreateBinding(
                        ID, Map.of("master", List.of("127.0.0.2")), manifest, Map.of(), api.secrets(), Map.of()))
                .credentials();

        assertThat(credentials).containsEntry("server", "https://127.0.0.1:" + api.port());
    }

    @Test
    void mayBeRepeated() {
        assertThat(bind(List.of("127.0.0.1"), api.secrets())).isEqualTo(bind(List.of("127.0.0.1"), api.secrets()));
        assertThat(api.objects).hasSize(2);
    }

    @Test
    void removesWhatItMade() {
        bind(List.of("127.0.0.1"), api.secrets());
        unbind();
        assertThat(api.objects).isEmpty();
        assertFault(this::unbind, AdapterFault.BINDING_MISSING, "The cluster has no identity of this binding.");
    }

    @Test
    void removesWhatAnUnbindThatWasCutOffLeft() {
        bind(List.of("127.0.0.1"), api.secrets());
        api.objects.remove(GRANT);
        unbind();
        assertThat(api.objects).isEmpty();
    }

    @Test
    void bringsNoRightsWhenTheRoleBindingIsSuppressed() {
        var credentials = bind(Map.of("suppress_cluster_role_binding", true));

        assertThat(api.objects.keySet()).containsExactly(ACCOUNT);
        assertThat(credentials).containsEntry("token", FakeClusterApi.TOKEN);
    }

    @Test
    void refusesOtherRightsForABindingThatIsThere() {
        bind(Map.of("suppress_cluster_role_binding", true));
        assertFault(
                () -> bind(Map.of()),
                AdapterFault.BINDING_EXISTS,
                "There is a binding with this id that was made with other attributes.");
        assertThat(api.objects.keySet()).containsExactly(ACCOUNT);
    }

    @Test
    void refusesParametersThatABindingDoesNotHave() {
        for (var wrong : List.<Map<String, Object>>of(
                Map.of("role", "view"), Map.of("suppress_cluster_role_binding", "yes"), Map.of("user_name", "a\nb"))) {
            assertThatThrownBy(() -> bind(wrong)).isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.code())
                    .isEqualTo(AdapterFault.PARAMETER_INVALID));
        }
        assertThat(api.objects).isEmpty();
    }

    @Test
    void letsAUserOfTheProviderInAndMakesNoAccount() {
        oidc = Map.of("issuer_url", "https://uaa.example.com/oauth/token", "ca", api.authority.certificatePem());

        var credentials = bind(Map.of("user_name", "alana"));

        assertThat(api.objects.keySet()).containsExactly(GRANT);
        assertThat(api.objects.get(GRANT)).contains("\"User\"").contains("\"oidc:alana\"");
        assertThat(credentials).containsEntry("user", "alana").doesNotContainKey("token");
        var user =
                Maps.maps(Maps.map(credentials.get("kubeconfig")).get("users")).getFirst();
        assertThat(user).containsEntry("name", "alana");
        var provider = Maps.map(Maps.map(user.get("user")).get("auth-provider"));
        assertThat(provider).containsEntry("name", "oidc");
        assertThat(Maps.map(provider.get("config")))
                .containsEntry("idp-issuer-url", "https://uaa.example.com/oauth/token")
                .containsEntry("client-id", "pks_cluster_client")
                .containsKeys("idp-certificate-authority-data", "id-token", "refresh-token");
        unbind();
        assertThat(api.objects).isEmpty();
    }

    /// A client of the provider has no id token.
    @Test
    void givesAnAccountWhenNoUserIsNamed() {
        oidc = Map.of("issuer_url", "https://uaa.example.com/oauth/token");
        assertThat(bind(Map.of())).containsEntry("token", FakeClusterApi.TOKEN);
        assertThat(api.objects.keySet()).containsExactly(ACCOUNT, GRANT);
    }

    @Test
    void saysThatTheClusterDoesNotAnswerWithoutItsSecrets() {
        api.failWith = 503;
        assertThatThrownBy(() -> bind(List.of("127.0.0.1"), api.secrets()))
                .isInstanceOfSatisfying(Fault.class, fault -> {
                    assertThat(fault.code()).isEqualTo(AdapterFault.CLUSTER_UNREACHABLE);
                    assertThat(fault.userMessage()).startsWith("The cluster's API does not answer.");
                    assertThat(fault.detail())
                            .contains("the cluster is not well")
                            .doesNotContain("PRIVATE");
                });
    }

    @Test
    void namesTheSecretThatIsMissing() {
        var secrets = new HashMap<>(api.secrets());
        secrets.keySet().removeIf(name -> name.contains("admin"));
        assertThatThrownBy(() -> bind(List.of("127.0.0.1"), secrets))
                .isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.userMessage())
                        .isEqualTo("The secret tls-kubernetes-admin of the cluster is not known."));
    }

    @Test
    void refusesAnIdThatKubernetesWouldNotTake() {
        assertThatThrownBy(() -> adapter.createBinding(new CreateBinding(
                        "../x", Map.of("master", List.of("127.0.0.1")), manifest(), Map.of(), api.secrets(), Map.of())))
                .hasMessageStartingWith("binding_id must");
        assertThat(api.objects).isEmpty();
    }

    @Test
    void readsSecretsWholeOrInParts() {
        for (Object whole : List.of(Map.of("private_key", "k"), "{\"private_key\":\"k\"}")) {
            assertThat(new ManifestSecrets(Map.of("((/a/b/tls))", whole)).value("tls", "private_key"))
                    .isEqualTo("k");
        }
        assertThat(new ManifestSecrets(Map.of("((tls.private_key))", "k")).value("tls", "private_key"))
                .isEqualTo("k");
        assertThat(new ManifestSecrets(Map.of("tls", Map.of("private_key", "k"))))
                .hasToString("ManifestSecrets[[tls]]");
    }

    private Map<String, Object> bind(List<String> masters, Map<String, Object> secrets) {
        return bind(masters, secrets, Map.of());
    }

    private Map<String, Object> bind(Map<String, Object> parameters) {
        return bind(List.of("127.0.0.1"), api.secrets(), parameters);
    }

    private Map<String, Object> bind(
            List<String> masters, Map<String, Object> secrets, Map<String, Object> parameters) {
        var body = Map.<String, Object>of("service_id", "s", "plan_id", "p", "parameters", parameters);
        return adapter.createBinding(
                        new CreateBinding(ID, Map.of("master", masters), manifest(), body, secrets, Map.of()))
                .credentials();
    }

    private static void assertFault(Runnable call, AdapterFault code, String message) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.userMessage()).isEqualTo(message);
        });
    }

    private void unbind() {
        adapter.deleteBinding(
                new DeleteBinding(ID, Map.of("master", List.of("127.0.0.1")), manifest(), Map.of(), api.secrets()));
    }

    private String manifest() {
        return adapter.generateManifest(TestPlans.create(
                        TestPlans.withProperty(TestPlans.named("small"), "oidc", oidc),
                        Map.of(Parameters.MASTER_HOST, "nowhere.invalid", Parameters.MASTER_PORT, api.port())))
                .manifest();
    }
}
