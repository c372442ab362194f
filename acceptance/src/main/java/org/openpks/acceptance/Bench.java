package org.openpks.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `make bench`: measures what users wait for, on an installation of its own. Each figure is a human line and a
/// JSON line with the raw samples; the limits are those of the project's promises, and passing them is reported,
/// not asserted.
final class Bench {

    private static final int RUNS = 5;
    /// A server that runs for months is measured warm: what its compiler still works on in the first seconds does
    /// not count.
    private static final Duration WARM_UP = Duration.ofSeconds(25);
    private static final Duration LOAD = Duration.ofSeconds(5);
    private static final String CLUSTER = "bench";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Product product;
    private final List<Map<String, Double>> stepTimes = new ArrayList<>();

    private Bench(Product product) {
        this.product = product;
    }

    /// @param arguments `tokens` measures the UAA only, `commands` the start of `pks` only
    public static void main(String... arguments) {
        try (var product = Product.started()) {
            var bench = new Bench(product);
            switch (String.join(" ", arguments)) {
                case "" -> bench.run();
                case "tokens" -> bench.measureTokens();
                case "commands" -> bench.measureCommands();
                default -> throw new IllegalArgumentException("tokens, commands, or nothing for all");
            }
        }
    }

    private void run() {
        measureTokens();
        measureCommands();
        measureClusters();
        measureStart();
    }

    /// The UAA under load, after a while of warming up: what resource servers ask, and what clients do every ten
    /// minutes. Log-ins cost a password hash each.
    private void measureTokens() {
        var settings = product.exports();
        var uaa = new TokenLoad(product.tls(), settings.get("UAA_URL"));
        var admin = settings.get("UAA_ADMIN_CLIENT");
        var secret = settings.get("UAA_ADMIN_SECRET");
        var password = Map.of(
                "grant_type",
                "password",
                "username",
                settings.get("PKS_USER"),
                "password",
                settings.get("PKS_PASSWORD"));
        var login = MAPPER.readTree(uaa.post("/oauth/token", "pks_cli", "", password));
        var token = Map.of("token", login.path("access_token").asString());
        var refresh = Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                login.path("refresh_token").asString());
        uaa.measure(WARM_UP, "/check_token", admin, secret, token);
        load("UAA /check_token", 1_500, () -> uaa.measure(LOAD, "/check_token", admin, secret, token));
        uaa.measure(WARM_UP, "/oauth/token", "pks_cli", "", refresh);
        load("UAA refresh grants", 300, () -> uaa.measure(LOAD, "/oauth/token", "pks_cli", "", refresh));
        load("UAA password grants", Double.NaN, () -> uaa.measure(LOAD, "/oauth/token", "pks_cli", "", password));
    }

    private static void load(String name, double least, Supplier<TokenLoad.Result> measurement) {
        var results = Stream.generate(measurement).limit(3).toList();
        figure(
                name,
                "/s",
                least,
                true,
                results.stream().map(TokenLoad.Result::perSecond).toList());
        figure(
                name + ", 99 of 100 within",
                "ms",
                Double.isNaN(least) ? least : 50,
                results.stream().map(TokenLoad.Result::slowest).toList());
    }

    private void measureCommands() {
        command(0.3, "clusters");
        command(0.4, "plans");
        command(0.2, "--help");
    }

    private void command(double limit, String word) {
        product.pks(word).ok();
        figure(
                "pks " + word,
                "s",
                limit,
                samples(RUNS, () -> seconds(() -> product.pks(word).ok())));
    }

    private void measureClusters() {
        var ready = new ArrayList<Double>();
        var dns = new ArrayList<Double>();
        var deletes = new ArrayList<Double>();
        var clusterMemory = new ArrayList<Double>();
        for (int run = 0; run < RUNS; run++) {
            var times = create();
            ready.add(times.ready());
            dns.add(times.done());
            readSteps();
            verify();
            clusterMemory.add(memory(nodeProcesses()));
            deletes.add(seconds(() -> product.pks("delete-cluster", CLUSTER, "--wait", "--non-interactive")
                    .ok()));
        }
        figure("create-cluster until every node is Ready", "s", 8, ready);
        figure("create-cluster until CoreDNS answers", "s", 13, dns);
        stepTable();
        figure("delete-cluster", "s", 5, deletes);
        figure("memory of the cluster (proportional set size)", "MiB", 1843, clusterMemory);
        figure(
                "memory of the control plane JVM (resident)",
                "MiB",
                700,
                List.of(resident(product.controlPlane().pid())));
    }

    private void measureStart() {
        figure("make up until the API answers", "s", 15, samples(RUNS, () -> {
            product.server("down").ok();
            return seconds(product::up);
        }));
    }

    /// The cluster is what it says: three Ready nodes and a DNS that has answered.
    private void verify() {
        product.pks("get-credentials", CLUSTER).ok();
        if (product.readyNodes(CLUSTER).size() != 3) {
            throw new AssertionError("not every node is Ready after --wait");
        }
        product.kubectl(
                        CLUSTER,
                        "run",
                        "ask",
                        "--image=registry.openpks.internal/probe:1",
                        "--restart=Never",
                        "--attach",
                        "--rm",
                        "--quiet",
                        "--command",
                        "--",
                        "probe",
                        "dns",
                        "kubernetes.default.svc.cluster.local")
                .ok();
    }

    /// Seconds since the command was started.
    /// @param ready when the errand's line appeared: it starts when every machine's post-start has ended, and a
    ///     worker's waits for its node to be Ready. So the nodes were Ready then at the latest
    private record Times(double ready, double done) {}

    /// Runs `pks create-cluster --wait` and watches what it prints.
    private Times create() {
        var out = product.files().resolve("create.out");
        try {
            long begin = System.nanoTime();
            var process = product.command(
                            "bin/pks",
                            "create-cluster",
                            CLUSTER,
                            "-e",
                            "bench.example.com",
                            "-p",
                            "small",
                            "-n",
                            "3",
                            "--wait",
                            "--non-interactive")
                    .start(out, product.files().resolve("create.err"));
            double ready = Double.NaN;
            while (process.isAlive()) {
                if (Double.isNaN(ready) && read(out).contains("Running errand")) {
                    ready = (System.nanoTime() - begin) / 1e9;
                }
                Thread.sleep(10);
            }
            double done = (System.nanoTime() - begin) / 1e9;
            if (process.exitValue() != 0) {
                throw new AssertionError(read(out) + read(product.files().resolve("create.err")));
            }
            return new Times(ready, done);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Keeps how long each stage of the last operation took, from its first step's start to its last step's end.
    private void readSteps() {
        var steps = product.api("/v1/clusters/" + CLUSTER + "/steps?since=0").path("steps");
        var byStage = new LinkedHashMap<String, long[]>();
        for (JsonNode step : steps) {
            long started = step.path("started_at").asLong();
            long finished = step.path("finished_at").asLong(started);
            byStage.merge(step.path("stage").asString(), new long[] {started, finished}, (a, b) ->
                    new long[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])});
        }
        var seconds = new LinkedHashMap<String, Double>();
        byStage.forEach((stage, span) -> seconds.put(stage, (span[1] - span[0]) / 1000.0));
        stepTimes.add(seconds);
    }

    private void stepTable() {
        var stages = new TreeMap<String, List<Double>>();
        stepTimes.forEach(run -> run.forEach((stage, time) ->
                stages.computeIfAbsent(stage, ignored -> new ArrayList<>()).add(time)));
        stepTimes
                .getFirst()
                .keySet()
                .forEach(stage -> figure("  step: " + stage, "s", Double.NaN, stages.getOrDefault(stage, List.of())));
    }

    private static void figure(String name, String unit, double limit, List<Double> samples) {
        figure(name, unit, limit, false, samples);
    }

    /// @param least the limit is what it must reach, not what it must stay below
    private static void figure(String name, String unit, double limit, boolean least, List<Double> samples) {
        double median = median(samples);
        boolean judged = !Double.isNaN(limit);
        boolean met = least ? median >= limit : median <= limit;
        System.out.printf(
                Locale.ROOT,
                "%-50s %8.2f %s  (%s)%s%n",
                name,
                median,
                unit,
                String.join(
                        " ",
                        samples.stream()
                                .map(value -> String.format(Locale.ROOT, "%.2f", value))
                                .toList()),
                judged ? String.format(Locale.ROOT, "  limit %.1f: %s", limit, met ? "met" : "MISSED") : "");
        var json = new LinkedHashMap<String, Object>();
        json.put("figure", name.strip());
        json.put("unit", unit);
        json.put("median", median);
        json.put("samples", samples);
        if (judged) {
            json.put("limit", limit);
        }
        System.out.println(MAPPER.writeValueAsString(json));
    }

    private static double median(List<Double> samples) {
        var sorted = samples.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static List<Double> samples(int count, Supplier<Double> measurement) {
        return Stream.generate(measurement).limit(count).toList();
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static List<Long> nodeProcesses() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid ->
                        read(Path.of("/proc", String.valueOf(pid), "cgroup")).contains("/" + Product.PREFIX + "/"))
                .toList();
    }

    /// MiB of proportional set size: pages that nodes share, such as their programs, count once.
    private static double memory(List<Long> pids) {
        return pids.stream()
                        .mapToLong(pid -> kilobytes(Path.of("/proc", String.valueOf(pid), "smaps_rollup"), "Pss:"))
                        .sum()
                / 1024.0;
    }

    private static double resident(long pid) {
        return kilobytes(Path.of("/proc", String.valueOf(pid), "status"), "VmRSS:") / 1024.0;
    }

    private static long kilobytes(Path file, String key) {
        return Arrays.stream(read(file).split("\n"))
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }
}
