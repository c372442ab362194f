package org.openpks.director.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpks.director.template.TemplateRenderer.JobContext;
import org.openpks.director.template.TemplateRenderer.Template;

class JRubyTemplateRendererTests {

    private static JRubyTemplateRenderer renderer;

    private final Map<String, Object> spec = new HashMap<>(Map.of(
            "name",
            "worker",
            "index",
            2,
            "ip",
            "10.0.0.4",
            "deployment",
            "d",
            "id",
            "uuid",
            "bootstrap",
            false,
            "networks",
            Map.of("default", Map.of("ip", "10.0.0.4"))));
    private final Map<String, Object> properties = new HashMap<>();
    private final Map<String, Object> links = new HashMap<>();

    @BeforeAll
    static void start() {
        renderer = JRubyTemplateRenderer.start();
    }

    @AfterAll
    static void stop() {
        renderer.close();
    }

    @Test
    void findsPropertiesByTheirDottedName() {
        properties.put("a", Map.of("b", "x", "off", false));
        assertThat(render("<%= p('a.b') %> <%= p('a.off') %> <%= p('a.none', 7) %> <%= p(['a.none', 'a.b']) %>"))
                .isEqualTo("x false 7 x");
    }

    @Test
    void namesTheMissingPropertyAndTheLine() {
        var result = renderAll("first\n<%= 1 %>\n<%= p('a.b') %>\n");
        assertThat(result.mistakes())
                .hasToString("[Error filling in template 'x.erb' (line 3: Can't find property '[\"a.b\"]')]");
    }

    @Test
    void yieldsOnlyWhenEveryPropertyIsThere() {
        properties.put("a", "1");
        properties.put("b", "2");
        assertThat(render("<% if_p('a', 'b') do |a, b| %><%= a + b %><% end.else do %>no<% end %>"))
                .isEqualTo("12");
        assertThat(render("<% if_p('a', 'c') do |a, b| %>yes<% end.else do %>no<% end %>"))
                .isEqualTo("no");
        assertThat(render("<% if_p('c') do |c| %>c<% end.else_if_p('b') do |b| %><%= b %><% end.else do %>no<% end %>"))
                .isEqualTo("2");
        assertThat(render("<% if_p('a') do |a| %>a<% end.else_if_p('b') do |b| %>b<% end.else do %>no<% end %>"))
                .isEqualTo("a");
    }

    @Test
    void trimsLinesThatEndWithADash() {
        properties.put("list", List.of(1, 2));
        assertThat(render("<% p('list').each do |i| -%>\n- <%= i %>\n<% end -%>\nend\n"))
                .isEqualTo("- 1\n- 2\nend\n");
    }

    @Test
    void showsTheInstance() {
        assertThat(
                        render(
                                "<%= spec.ip %> <%= name %>/<%= index %> <%= spec.bootstrap %> <%= spec.networks.default.ip %>"))
                .isEqualTo("10.0.0.4 worker/2 false 10.0.0.4");
        assertThat(render("<%= spec.networks.methods(false).inspect %> <%= spec.none.inspect %>"))
                .isEqualTo("[:default] nil");
        assertThat(render("<%= spec.networks.methods(false).grep(/def/).map { |n| spec.networks[n].ip }.first %>"))
                .isEqualTo("10.0.0.4");
    }

    @Test
    void offersPropertiesAsAStruct() {
        properties.put("a", Map.of("b", Map.of("hash", "h", "test", "t")));
        assertThat(render("<%= properties.a.b.hash %><%= properties.a.b.test %><%= properties.a.none.inspect %>"))
                .isEqualTo("htnil");
    }

    @Test
    void readsLinks() {
        links.put(
                "etcd",
                Map.of(
                        "instances",
                        List.of(Map.of(
                                "name",
                                "master",
                                "index",
                                0,
                                "id",
                                "u",
                                "az",
                                "z1",
                                "address",
                                "10.0.0.2",
                                "bootstrap",
                                true)),
                        "properties",
                        Map.of("port", 2379),
                        "deployment_name",
                        "my_dep",
                        "default_network",
                        "net",
                        "instance_group",
                        "master",
                        "domain",
                        "bosh"));
        assertThat(
                        render(
                                "<%= link('etcd').instances.map { |i| \"#{i.address}:#{link('etcd').p('port')}/#{i.az}\" }.join(',') %>"))
                .isEqualTo("10.0.0.2:2379/z1");
        assertThat(render("<%= link('etcd').address %>")).isEqualTo("q-s0.master.net.my-dep.bosh");
        assertThat(render("<% if_link('none') do |l| %>x<% end.else do %>no<% end %>"))
                .isEqualTo("no");
        assertThat(
                        render(
                                "<% if_link('etcd') do |l| %><%= l.if_p('port') { |v| } && l.p('none', 1) %><% end.else do %>no<% end %>"))
                .isEqualTo("1");
        assertThat(renderAll("<%= link('none') %>").mistakes().toString()).contains("Can't find link 'none'");
    }

    @Test
    void keepsChangesOfATemplateToItself() {
        properties.put("m", new HashMap<>(Map.of("a", "b")));
        var text =
                "<% p('m')['a'] << 'x'; CONSTANT_OF_A_TEMPLATE = 1 unless defined?(CONSTANT_OF_A_TEMPLATE) %><%= p('m')['a'] %>";
        assertThat(render(text)).isEqualTo("b");
        assertThat(render(text)).isEqualTo("b");
    }

    @Test
    void printsJsonAndYaml() {
        properties.put("m", Map.of("k", List.of(1, "two")));
        assertThat(render("<%= JSON.dump(p('m')) %>|<%= require 'json'; p('m').to_json %>|<%= p('m').to_yaml %>"))
                .isEqualTo("{\"k\":[1,\"two\"]}|{\"k\":[1,\"two\"]}|---\nk:\n- 1\n- two\n");
    }

    @Test
    void reportsInvalidErbWithoutItsText() {
        assertThat(renderAll("<% if %>").mistakes().toString()).contains("not valid ERB");
    }

    @Test
    void redactsPartsOfSecrets() {
        var redactor = new Redactor(List.of("s3cr3t-and-quite-long", "four", "abc"));
        assertThat(redactor.redact("unexpected token at 's3cr3t-and-q' four abc"))
                .isEqualTo("unexpected token at '<redacted>' <redacted> abc");
    }

    @Test
    void rendersAClustersNodesQuickly() {
        var contexts = new ArrayList<JobContext>();
        for (int node = 0; node < 4; node++) {
            for (int job = 0; job < 8; job++) {
                var templates = new ArrayList<Template>();
                for (int i = 0; i < 6; i++) {
                    var text = "#!/bin/bash\n" + "<% if_p('a.b') do |v| -%>\nexport X=<%= v %>\n<% end -%>\n".repeat(10)
                            + "<% p('list').each do |x| -%>\n<%= x.to_json %> <%= spec.ip %>\n<% end -%>\n" + job + "/"
                            + i;
                    templates.add(new Template("t", "t" + i, text, "perf" + job + "-" + i));
                }
                contexts.add(new JobContext(
                        templates, spec, Map.of("a", Map.of("b", "x"), "list", List.of(1, 2, 3)), Map.of()));
            }
        }
        for (int round = 0; round < 6; round++) {
            long began = System.nanoTime();
            var results = renderer.render(contexts);
            System.out.println(
                    "render 4x8x6 templates, round " + round + ": " + (System.nanoTime() - began) / 1_000_000 + " ms");
            assertThat(results)
                    .allSatisfy(result -> assertThat(result.mistakes()).isEmpty());
        }
    }

    private String render(String text) {
        var result = renderAll(text);
        assertThat(result.mistakes()).isEmpty();
        return result.files().get("x");
    }

    private TemplateRenderer.Rendered renderAll(String text) {
        var template = new Template("x.erb", "x", text, Integer.toHexString(text.hashCode()));
        return renderer.render(List.of(new JobContext(List.of(template), spec, properties, links)))
                .getFirst();
    }
}
