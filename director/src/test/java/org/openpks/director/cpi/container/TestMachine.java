package org.openpks.director.cpi.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.container.ContainerAgents;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;

/// A CPI with a home, names and addresses of its own on the real machine, on the stemcell that the build made.
/// Closing it removes everything it made, whatever state it is in.
public final class TestMachine implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int number;
    private final ContainerCpiSettings settings;
    private final ContainerCpi cpi;
    private final Inventory inventory;
    private final ContainerAgents agents;
    private final String stemcell;

    /// @param number 1 to 9, tells machines of tests apart that run at the same time
    public TestMachine(int number) throws IOException {
        this.number = number;
        this.settings = settings(number);
        this.cpi = new ContainerCpi(settings, Clock.systemUTC());
        this.inventory = new Inventory(settings, Clock.systemUTC());
        this.agents = new ContainerAgents(settings, Clock.systemUTC());
        inventory.destroyAll();
        Linux.deleteRecursively(settings.home());
        Files.createDirectories(settings.home());
        this.stemcell = cpi.createStemcell(image(settings.home()), Map.of());
    }

    static ContainerCpiSettings settings(int number) {
        return new ContainerCpiSettings(
                Path.of("/tmp/openpks-test" + number),
                "opktest" + number,
                "ot" + number,
                List.of("100.96.0.0/12", "10.200.0.0/16", "10.100.200.0/24"),
                210 + number);
    }

    /// The image inside the stemcell that `make` has built.
    private static Path image(Path into) throws IOException {
        var artifacts = artifacts();
        if (!Files.exists(artifacts)) {
            throw new IllegalStateException(
                    "no stemcell has been built: %s is missing; run `make build`, or name it by -Dopenpks.artifacts"
                            .formatted(artifacts));
        }
        var stemcell = Json.MAPPER
                .readTree(Files.readString(artifacts))
                .get("stemcell")
                .get("path")
                .asString();
        Command.of("tar", "--extract", "--file=" + stemcell, "--directory=" + into, "image")
                .check();
        return into.resolve("image");
    }

    private static Path artifacts() {
        var named = System.getProperty("openpks.artifacts");
        if (named != null) {
            return Path.of(named);
        }
        var cache = System.getenv("OPENPKS_CACHE");
        return (cache == null ? Path.of(System.getProperty("user.home"), ".cache/openpks") : Path.of(cache))
                .resolve("artifacts.json");
    }

    public ContainerCpiSettings settings() {
        return settings;
    }

    public ContainerCpi cpi() {
        return cpi;
    }

    public Inventory inventory() {
        return inventory;
    }

    public String stemcell() {
        return stemcell;
    }

    public Agent agent(String vmCid) {
        return agents.of(vmCid);
    }

    /// The bridge's own address.
    public String gateway() {
        return "100.111.%d.1".formatted(number);
    }

    public String ip(int host) {
        return "100.111.%d.%d".formatted(number, host);
    }

    public Cpi.VmRequest request(int host) {
        return request(host, Map.of("cpu", 1, "ram", 512));
    }

    public Cpi.VmRequest request(int host, Map<String, Object> cloudProperties) {
        return new Cpi.VmRequest(
                UUID.randomUUID().toString(),
                stemcell,
                cloudProperties,
                Map.of(
                        "default",
                        new Cpi.Network(
                                ip(host),
                                "255.255.255.0",
                                gateway(),
                                List.of("100.111.0.53"),
                                List.of("dns", "gateway"),
                                Map.of("bridge", "ot%dbr0".formatted(number)))),
                List.of(),
                Map.of());
    }

    /// Runs a shell command in a node and returns what it printed.
    public String shell(String vmCid, String command) {
        var result = agent(vmCid).exec(List.of("bash", "-c", command), PATIENCE);
        assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isZero();
        return result.stdout().strip();
    }

    /// Looks again and again until it is so.
    public static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within %d s: %s".formatted(PATIENCE.toSeconds(), what));
            }
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        inventory.destroyAll();
        assertThat(inventory.items()).isEmpty();
        Linux.deleteRecursively(settings.home());
    }
}
