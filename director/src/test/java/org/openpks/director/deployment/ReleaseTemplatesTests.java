package org.openpks.director.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.director.agent.Agent;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.job.JobModel;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.manifest.Yaml;
import org.openpks.director.release.Releases;
import org.openpks.director.template.JRubyTemplateRenderer;
import org.openpks.director.template.TemplateRenderer.JobContext;
import org.openpks.director.template.TemplateRenderer.Rendered;
import tools.jackson.databind.json.JsonMapper;

/// The jobs of our own release, rendered as the director renders them.
class ReleaseTemplatesTests {

    private static final Path RELEASE = Path.of("..", "release", "jobs");
    private static final Path MANIFESTS = Path.of("..", "adapter", "src", "test", "resources", "manifests");
    private static final Pattern MISSING = Pattern.compile("Can't find property '\\[\"([^\"]+)\"");
    private static final Pattern MISSING_LINK = Pattern.compile("Can't find link '([^']+)'");

    /// Values for properties that are not any text.
    private static final Map<String, Object> SAMPLES =
            Map.of("encryption_key", "01234567890123456789012345678901", "upstream_nameservers", List.of("10.0.0.53"));

    private static JRubyTemplateRenderer renderer;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        renderer = JRubyTemplateRenderer.start();
    }

    @AfterAll
    static void stop() {
        renderer.close();
    }

    static Stream<String> jobs() throws IOException {
        try (var list = Files.list(RELEASE)) {
            return list
                    .filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    static Stream<String> manifests() throws IOException {
        try (var list = Files.list(MANIFESTS)) {
            return list.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static Releases.Job job(String name) {
        try {
            var home = RELEASE.resolve(name);
            return new Releases.Job(name, "f", "", home, Yaml.hash(Files.readString(home.resolve("spec")), "spec"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JobModel model(String name) {
        return JobModel.read(new Releases.Release("kubernetes", "1", "", false, Map.of(), Map.of()), job(name));
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void describesEveryProperty(String name) {
        var properties = (Map<?, ?>) job(name).spec().getOrDefault("properties", Map.of());
        properties.forEach((key, definition) -> assertThat(((Map<?, ?>) definition).get("description"))
                .as("%s: %s", name, key)
                .isInstanceOf(String.class));
    }

    /// Gives a job only what its templates ask for: nothing optional.
    @ParameterizedTest
    @MethodSource("jobs")
    void rendersWithNothingButWhatIsRequired(String name) {
        var given = new LinkedHashMap<String, Object>();
        var links = new LinkedHashMap<String, Object>();
        check(renderAskingFor(name, given, links));
    }

    /// Every property that has no default and is a text by its kind gets a value as well.
    @ParameterizedTest
    @MethodSource("jobs")
    void rendersWithOptionalValues(String name) {
        var given = new LinkedHashMap<String, Object>();
        var model = model(name);
        model.properties().forEach((key, byDefault) -> {
            if (byDefault == null) {
                JobModel.put(given, key, sample(name, key));
            }
        });
        check(renderAskingFor(name, given, new LinkedHashMap<>()));
    }

    private static Object sample(String job, String key) {
        var properties = (Map<?, ?>) job(job).spec().get("properties");
        var definition = (Map<?, ?>) properties.get(key);
        return SAMPLES.getOrDefault(
                key, definition.get("example") == null ? "value of " + key : definition.get("example"));
    }

    private static Rendered renderAskingFor(String name, Map<String, Object> given, Map<String, Object> links) {
        var asked = new HashSet<String>();
        var model = model(name);
        while (true) {
            var rendered = renderer.render(
                            List.of(new JobContext(model.templates(), spec(), model.effective(given), links)))
                    .getFirst();
            boolean more = false;
            for (var mistake : rendered.mistakes()) {
                var property = MISSING.matcher(mistake.message());
                var link = MISSING_LINK.matcher(mistake.message());
                if (property.find() && asked.add(property.group(1))) {
                    var key = property.group(1);
                    if (model.properties().containsKey(key)) {
                        JobModel.put(given, key, sample(name, key));
                        more = true;
                    } else {
                        more |= provide(links, key);
                    }
                } else if (link.find() && asked.add("link " + link.group(1))) {
                    links.put(link.group(1), link());
                    more = true;
                }
            }
            if (!more) {
                assertThat(rendered.mistakes()).as(name).isEmpty();
                return rendered;
            }
        }
    }

    private static Map<String, Object> link() {
        var link = new LinkedHashMap<String, Object>();
        link.put("deployment_name", "d");
        link.put("default_network", "default");
        link.put("instance_group", "master");
        link.put("domain", "bosh");
        link.put("properties", new LinkedHashMap<String, Object>());
        link.put(
                "instances",
                List.of(Map.of(
                        "name",
                        "master",
                        "id",
                        "6d52c2a4-0000-4000-8000-000000000001",
                        "index",
                        0,
                        "bootstrap",
                        true,
                        "az",
                        "z1",
                        "address",
                        "10.0.0.2")));
        return link;
    }

    @SuppressWarnings("unchecked")
    private static boolean provide(Map<String, Object> links, String key) {
        links.values()
                .forEach(link -> JobModel.put(
                        (Map<String, Object>) ((Map<String, Object>) link).get("properties"),
                        key,
                        key.equals("port") ? 8443 : "value of " + key));
        return !links.isEmpty();
    }

    private static Map<String, Object> spec() {
        var spec = new LinkedHashMap<String, @Nullable Object>();
        spec.put("deployment", "service-instance_1");
        spec.put("name", "master");
        spec.put("id", "6d52c2a4-0000-4000-8000-000000000001");
        spec.put("index", 0);
        spec.put("bootstrap", true);
        spec.put("az", "z1");
        spec.put("ip", "10.0.0.2");
        spec.put("address", "10.0.0.2");
        spec.put(
                "networks",
                Map.of("default", Map.of("ip", "10.0.0.2", "netmask", "255.255.255.0", "gateway", "10.0.0.1")));
        spec.put("persistent_disk", 5120);
        spec.put("dns_domain_name", "bosh");
        spec.put("release", Map.of("name", "kubernetes", "version", "1"));
        return spec;
    }

    private static void check(Rendered rendered) {
        rendered.files().forEach((file, text) -> {
            if (file.startsWith("bin/")) {
                assertThat(text).as(file).startsWith("#!");
            }
            if (file.endsWith(".json") || file.endsWith(".conflist")) {
                JsonMapper.builder().build().readTree(text);
            }
            if (file.endsWith(".yml") || file.endsWith(".yaml") || file.endsWith("kubeconfig")) {
                Stream.of(text.replaceAll("@[A-Z_]+@", "0").split("(?m)^---.*$"))
                        .forEach(document -> Yaml.read(document, file));
            }
            assertThat(text).as(file).doesNotContain("<%", "%>");
        });
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void deploysTheAdaptersManifests(String file) throws Exception {
        // What follows the manifest in the file is the deployment's own cloud config.
        var text = Files.readString(MANIFESTS.resolve(file))
                .split("(?m)^---$", 2)[0]
                // What the broker would have put into CredHub.
                .replaceAll(
                        "\\(\\(odb_secret:[^)]*encryption[^)]*\\)\\)",
                        "'{resources: [{resources: [secrets], providers: [{identity: {}}]}]}'");
        var world = new World(directory);
        world.renderer = renderer;
        world.cloudConfig = cloudFor(Manifest.parse(text));
        world.jobs.clear();
        jobs().forEach(name -> world.jobs.put(name, job(name)));
        world.jobs.values().forEach(one -> model(one.name())
                .packages()
                .forEach(name ->
                        world.packages.put(name, new Releases.Package(name, "f", "", directory, List.of(), ""))));
        var manifest = Manifest.parse(text);
        world.release = manifest.releases().getFirst().name() + "/"
                + manifest.releases().getFirst().version();
        world.operatingSystem =
                manifest.stemcells().getFirst().operatingSystem().orElseThrow();

        for (int round = 0; round < 3; round++) {
            var task = new RecordingTask();
            long began = System.nanoTime();
            world.run(
                    task,
                    new DeploymentTasks.Update(
                            manifest.name(), Optional.of(text), List.of(), Options.none(), Optional.empty()),
                    Crash.never());
            System.out.println(file + ": " + (System.nanoTime() - began) / 1_000_000 + " ms, "
                    + task.debug.stream()
                            .filter(line -> line.startsWith("render took"))
                            .toList());
        }

        int expected = manifest.groups().stream()
                .filter(group -> !group.errand())
                .mapToInt(Manifest.InstanceGroup::instances)
                .sum();
        assertThat(world.cloud.machines).hasSize(expected);
        var starts = new TreeMap<String, Integer>();
        world.cloud.machines.values().forEach(machine -> starts.put(machine.cid, machine.starts));
        assertThat(starts.values()).as("a second deploy starts nothing again").containsOnly(1);
        for (var machine : world.cloud.machines.values()) {
            machine.applied
                    .map(Agent.ApplySpec::jobs)
                    .orElseThrow()
                    .values()
                    .forEach(job -> check(new Rendered(job.files(), List.of())));
        }
    }

    private static String cloudFor(Manifest manifest) {
        var azs = new TreeSet<String>();
        var types = new TreeSet<String>();
        var disks = new TreeSet<String>();
        var networks = new TreeSet<String>();
        var extensions = new TreeSet<String>();
        for (var group : manifest.groups()) {
            azs.addAll(group.azs());
            if (!group.vmType().isEmpty()) {
                types.add(group.vmType());
            }
            group.persistentDiskType().ifPresent(disks::add);
            group.networks().forEach(network -> networks.add(network.name()));
            extensions.addAll(group.vmExtensions());
        }
        var text = new StringBuilder("azs: ["
                + String.join(", ", azs.stream().map(az -> "{name: " + az + "}").toList()) + "]\n");
        text.append("vm_types: [")
                .append(String.join(
                        ", ", types.stream().map(one -> "{name: " + one + "}").toList()))
                .append("]\n");
        text.append("vm_extensions: [")
                .append(String.join(
                        ", ",
                        extensions.stream().map(one -> "{name: " + one + "}").toList()))
                .append("]\n");
        text.append("disk_types: [")
                .append(String.join(
                        ", ",
                        disks.stream()
                                .map(one -> "{name: '" + one + "', disk_size: 5120}")
                                .toList()))
                .append("]\nnetworks:\n");
        int number = 0;
        for (var network : networks) {
            text.append("- {name: ")
                    .append(network)
                    .append(", subnets: [{range: 10.")
                    .append(number)
                    .append(".0.0/24, gateway: 10.")
                    .append(number++)
                    .append(".0.1, azs: [")
                    .append(String.join(", ", azs))
                    .append("]}]}\n");
        }
        return text.toString();
    }

    private static Rendered render(String job, Map<String, Object> properties) {
        var given = new LinkedHashMap<String, Object>();
        properties.forEach((key, value) -> JobModel.put(given, key, value));
        return renderAskingFor(job, given, new LinkedHashMap<>());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"})
    void givesAProgramEachArgumentOnceAndNothingToTheShell(String job) {
        var evil = "a b;$(touch /tmp/x)`id`'\"\n--evil";
        var arguments = Map.<String, Object>of("v", "7", "tried-out", evil);
        var files = Map.<String, Object>of("some-file", "secret\ncontent");
        var rendered =
                render(job, Map.of("k8s_args", arguments, "k8s_files", files)).files();
        var launch = rendered.get("bin/launch");
        assertThat(launch.lines().map(String::strip).filter(line -> line.startsWith("--v\\=")))
                .as("in place of the job's own")
                .singleElement()
                .asString()
                .startsWith("--v\\=7");
        assertThat(launch)
                .contains("--tried-out\\=a\\ b\\;\\$\\(touch\\ /tmp/x\\)\\`id\\`\\'\\\"'\n'--evil")
                .contains("--some-file\\=/var/vcap/sys/run/%s/arguments/some-file".formatted(job))
                .doesNotContain("secret");
        assertThat(rendered.get("config/arguments"))
                .isEqualTo("some-file "
                        + Base64.getEncoder().encodeToString("secret\ncontent".getBytes(StandardCharsets.UTF_8))
                        + "\n");
    }

    @Test
    void readsWithTheProductsKeyWhatWasWrittenBefore() {
        var other = """
                kind: EncryptionConfiguration
                resources:
                - resources: [configmaps]
                  providers:
                  - aescbc: {keys: [{name: one, secret: YWJj}]}
                """;
        var covering = other.replace("configmaps", "secrets, configmaps");
        assertThat(providers(other))
                .containsExactly("[configmaps] aescbc secretbox identity", "[secrets] secretbox identity");
        assertThat(providers(covering)).containsExactly("[secrets, configmaps] aescbc secretbox identity");
        assertThat(providers(covering.replace("  - aescbc", "  - identity: {}\n  - aescbc")))
                .containsExactly("[secrets, configmaps] identity aescbc secretbox");
        assertThat(providers(covering.replace("[secrets, configmaps]", "['*.*']")))
                .containsExactly("[*.*] aescbc secretbox identity");
    }

    private static List<String> providers(String configuration) {
        var file = render("kube-apiserver", Map.of("encryption_provider_config", configuration))
                .files()
                .get("config/encryption.yml");
        var entries = (List<?>) Yaml.hash(file, "file").get("resources");
        return entries.stream()
                .map(entry -> (Map<?, ?>) entry)
                .map(entry -> entry.get("resources")
                        + ((List<?>) entry.get("providers"))
                                .stream()
                                        .map(one -> " "
                                                + ((Map<?, ?>) one)
                                                        .keySet()
                                                        .iterator()
                                                        .next())
                                        .collect(Collectors.joining()))
                .toList();
    }

    @Test
    void writesASettingForEachRegistry() {
        var file = render(
                        "containerd",
                        Map.of(
                                "insecure_registries",
                                List.of("plain.example.com:5000"),
                                "custom_ca_certs",
                                List.of(Map.of("domain_name", "harbor.example.com", "ca_cert", "PEM"))))
                .files()
                .get("config/registries");
        var lines = file.lines().map(line -> line.split(" ")).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)[0]).isEqualTo("plain.example.com:5000");
        assertThat(decoded(lines.get(0)[1])).contains("skip_verify = true", "[host.\"http://plain.example.com:5000\"]");
        assertThat(lines.get(0)[2]).isEqualTo("-");
        assertThat(decoded(lines.get(1)[1])).contains("/containerd-registries/harbor.example.com/ca.pem");
        assertThat(decoded(lines.get(1)[2])).isEqualTo("PEM");
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    @Test
    void findsTheRelease() throws IOException {
        assertThat(new ArrayList<>(jobs().toList())).contains("kubelet", "etcd");
    }
}
