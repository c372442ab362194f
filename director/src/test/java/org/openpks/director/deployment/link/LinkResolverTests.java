package org.openpks.director.deployment.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openpks.director.deployment.job.JobModel;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.release.Releases;

class LinkResolverTests {

    private static final Releases.Release RELEASE = new Releases.Release("r", "1", "", false, Map.of(), Map.of());
    private final List<LinkResolver.Member> members = new ArrayList<>();
    private boolean dns;

    private void provider(String group, String name, Map<String, Object> provides) {
        var properties = new LinkedHashMap<String, @Nullable Object>();
        properties.put("port", 2379);
        properties.put("tls.ca", null);
        properties.put("hidden", "x");
        var model = new JobModel(
                name,
                RELEASE,
                List.of(),
                List.of(),
                List.of(),
                List.of(new JobModel.Provided("etcd", "etcd", List.of("port", "tls.ca"))),
                properties);
        members.add(member(group, model, Map.of(), provides, Map.of("tls", Map.of("ca", "CA"))));
    }

    private void consumer(boolean optional, Map<String, Object> consumes) {
        var model = new JobModel(
                "client",
                RELEASE,
                List.of(),
                List.of(),
                List.of(new JobModel.Consumed("etcd", "etcd", optional)),
                List.of(),
                Map.of());
        members.add(member("web", model, consumes, Map.of(), Map.of()));
    }

    private static LinkResolver.Member member(
            String group,
            JobModel model,
            Map<String, Object> consumes,
            Map<String, Object> provides,
            Map<String, Object> properties) {
        return new LinkResolver.Member(
                group,
                new Manifest.Job(model.name(), "r", properties, consumes, provides, List.of()),
                model,
                properties,
                List.of(
                        new LinkResolver.Instance("u0", 0, "z1", true, Map.of("a", "10.0.0.2", "b", "10.1.0.2")),
                        new LinkResolver.Instance("u1", 1, "z2", false, Map.of("a", "10.0.0.3", "b", "10.1.0.3"))),
                "a");
    }

    private Map<String, Object> resolve() {
        return resolver().resolve().getLast();
    }

    private LinkResolver resolver() {
        return new LinkResolver("dep", new Manifest.Features(dns, false, false), members);
    }

    @SuppressWarnings("unchecked")
    private List<Object> addresses() {
        var link = (Map<String, Object>) resolve().get("etcd");
        return ((List<Map<String, Object>>) link.get("instances"))
                .stream().map(one -> one.get("address")).toList();
    }

    @Test
    void givesInstancesAndOnlyTheListedProperties() {
        provider("master", "etcd", Map.of());
        consumer(false, Map.of());
        var link = (Map<?, ?>) resolve().get("etcd");
        assertThat(link.get("properties")).isEqualTo(Map.of("port", 2379, "tls", Map.of("ca", "CA")));
        assertThat(link.get("instance_group")).isEqualTo("master");
        assertThat(addresses()).containsExactly("10.0.0.2", "10.0.0.3");
    }

    @Test
    void choosesAddressesByNetworkAndNames() {
        provider("master", "etcd", Map.of());
        consumer(false, Map.of("etcd", Map.of("network", "b")));
        assertThat(addresses()).containsExactly("10.1.0.2", "10.1.0.3");
        dns = true;
        assertThat(addresses()).containsExactly("u0.master.b.dep.bosh", "u1.master.b.dep.bosh");
        members.removeLast();
        consumer(false, Map.of("etcd", Map.of("ip_addresses", true)));
        assertThat(addresses()).containsExactly("10.0.0.2", "10.0.0.3");
        members.removeLast();
        consumer(false, Map.of("etcd", Map.of("network", "none")));
        assertThatThrownBy(this::resolve).hasMessageContaining("is not in network 'none'");
    }

    @Test
    void refusesToGuessBetweenProviders() {
        provider("master", "etcd", Map.of());
        provider("other", "etcd2", Map.of("etcd", Map.of("as", "second")));
        consumer(true, Map.of());
        assertThatThrownBy(this::resolve)
                .hasMessageContaining("Failed to resolve links from deployment 'dep'. See errors below:")
                .hasMessageContaining(
                        "Failed to resolve link 'etcd' with type 'etcd' from job 'client' in instance group 'web'. Multiple link providers found:")
                .hasMessageContaining(
                        "Link provider 'etcd' with alias 'second' from job 'etcd2' in instance group 'other'");
        members.removeLast();
        consumer(false, Map.of("etcd", Map.of("from", "second")));
        assertThat(((Map<?, ?>) resolve().get("etcd")).get("instance_group")).isEqualTo("other");
        members.removeLast();
        consumer(false, Map.of("etcd", Map.of()));
        assertThat(((Map<?, ?>) resolve().get("etcd")).get("instance_group")).isEqualTo("master");
    }

    @Test
    void needsAProviderUnlessTheLinkIsOptional() {
        consumer(false, Map.of());
        assertThatThrownBy(this::resolve).hasMessageContaining("No link providers found");
        members.clear();
        consumer(true, Map.of());
        assertThat(resolve()).isEmpty();
        members.clear();
        consumer(true, Map.of("etcd", Map.of("from", "none")));
        assertThatThrownBy(this::resolve).hasMessageContaining("No link providers found with name 'none'");
        members.clear();
        provider("master", "etcd", Map.of("etcd", "nil"));
        consumer(true, Map.of());
        assertThat(resolve()).isEmpty();
    }

    @Test
    void takesManualLinks() {
        consumer(
                false,
                Map.of(
                        "etcd",
                        Map.of("instances", List.of(Map.of("address", "1.2.3.4")), "properties", Map.of("port", 1))));
        assertThat(addresses()).containsExactly("1.2.3.4");
    }

    @Test
    void refusesLinksThatTheJobDoesNotKnow() {
        consumer(true, Map.of("wrong", Map.of()));
        assertThatThrownBy(this::resolve).hasMessageContaining("does not define consumer 'wrong'");
        members.clear();
        provider("master", "etcd", Map.of("wrong", Map.of()));
        assertThatThrownBy(this::resolver).hasMessageContaining("does not define provider 'wrong'");
    }

    @Test
    void namesHostsAsBoshDnsWould() {
        provider("master", "etcd", Map.of("etcd", Map.of("aliases", List.of(Map.of("domain", "etcd.internal")))));
        var hosts = List.of(
                new HostNames.Host("u0", "master", 0, Map.of("my_net", "10.0.0.2"), "my_net"),
                new HostNames.Host("u1", "master", 1, Map.of("my_net", "10.0.0.3"), "my_net"),
                new HostNames.Host("u2", "worker", 0, Map.of("my_net", "10.0.0.4"), "my_net"));
        var names = HostNames.of("Dep_1", hosts, resolver().aliases(), "u1");
        assertThat(names.keySet()).containsExactly("10.0.0.3", "10.0.0.4", "10.0.0.2");
        assertThat(names.get("10.0.0.2"))
                .containsExactly(
                        "u0.master.my-net.dep-1.bosh",
                        "q-s0.master.my-net.dep-1.bosh",
                        "q-s3.master.my-net.dep-1.bosh",
                        "q-s4.master.my-net.dep-1.bosh",
                        "master.cfcr.internal",
                        "master-0.etcd.cfcr.internal",
                        "etcd.internal");
        assertThat(names.get("10.0.0.4")).doesNotContain("etcd.internal").contains("q-s0.worker.my-net.dep-1.bosh");
    }
}
