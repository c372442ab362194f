package org.openpks.adapter;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;

/// What a person asked for, checked. A value that is absent or null means "as it was, or as the plan says".
/// @param poolInstances workers by node pool
/// @param settings by parameter, in the form in which the manifest keeps them for later requests; each takes the
///     place of the earlier one, and an empty one takes that away
/// @param secrets what the manifest names and must not hold, by name
record Parameters(
        Optional<String> masterHost,
        Optional<Integer> masterPort,
        Optional<Integer> workers,
        Map<String, Integer> poolInstances,
        SortedMap<String, Object> settings,
        Map<String, Object> secrets) {

    static final String MASTER_HOST = "kubernetes_master_host";
    static final String MASTER_PORT = "kubernetes_master_port";
    static final String WORKERS = "kubernetes_worker_instances";
    static final String POOL_INSTANCES = "node_pool_instances";
    static final int DEFAULT_PORT = 8443;

    static final int MAX_HOST = 64;
    private static final int MAX_DRAIN_MINUTES = 1440;
    private static final int MAX_GRACE_SECONDS = 86_400;

    /// RFC 1123 labels, at least one letter in the last, so that a broken IP address is no host name.
    private static final Pattern HOST = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern ADDRESS =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    /// Ports that a master's own programs listen on.
    private static final Set<Integer> TAKEN_PORTS = Set.of(2379, 2380, 2381, 8444, 10249, 10254, 10256, 10257, 10259);

    /// Parameters that other parts of the product act on; a manifest does not depend on them.
    private static final Set<String> NOT_OURS = Set.of(
            "authorization_mode",
            "cluster_name",
            "delete_all_tags",
            "k8s_customization_parameters",
            "kubernetes_profile_name",
            "kubernetes_setting_cluster_details",
            "kubernetes_setting_plan_details",
            "network_profile_name",
            "nsxt_network_details",
            "nsxt_network_profile",
            "worker_haproxy_ip_addresses");

    /// Drain settings by parameter, with the job's property and what the job takes where nothing is set.
    enum Drain {
        TIMEOUT("kubelet_drain_timeout", "timeout_minutes", 0),
        GRACE_PERIOD("kubelet_drain_grace_period", "grace_period_seconds", 10),
        FORCE("kubelet_drain_force", "force", true),
        IGNORE_DAEMONSETS("kubelet_drain_ignore_daemonsets", "ignore_daemonsets", true),
        DELETE_LOCAL_DATA("kubelet_drain_delete_local_data", "delete_local_data", true),
        FORCE_NODE("kubelet_drain_force_node", "force_node", false);

        final String parameter;
        final String property;
        final Object jobDefault;

        Drain(String parameter, String property, Object jobDefault) {
            this.parameter = parameter;
            this.property = property;
            this.jobDefault = jobDefault;
        }

        record Range(int least, int most) {}

        /// What a number may be; empty for the settings that are true or false.
        Optional<Range> range() {
            return switch (this) {
                case TIMEOUT -> Optional.of(new Range(0, MAX_DRAIN_MINUTES));
                case GRACE_PERIOD -> Optional.of(new Range(-1, MAX_GRACE_SECONDS));
                case FORCE, IGNORE_DAEMONSETS, DELETE_LOCAL_DATA, FORCE_NODE -> Optional.empty();
            };
        }

        /// The checked value: an Integer or a Boolean. Clients send strings, numbers and booleans alike.
        Object check(Object value) {
            return range().<Object>map(range -> number(parameter, value, range.least(), range.most()))
                    .orElseGet(() -> truth(parameter, value));
        }
    }

    /// Reads the `parameters` of an OSB body.
    static Parameters of(Map<String, Object> body) {
        var given =
                switch (body.get("parameters")) {
                    case null -> Map.<Object, Object>of();
                    case Map<?, ?> map -> map;
                    default -> throw invalid("parameters", "must be an object");
                };
        CertificateRotation.of(given);
        Optional<String> host = Optional.empty();
        Optional<Integer> port = Optional.empty();
        Optional<Integer> workers = Optional.empty();
        var pools = new TreeMap<String, Integer>();
        var settings = new TreeMap<String, Object>();
        var secrets = new TreeMap<String, Object>();
        for (var entry : given.entrySet()) {
            var name = String.valueOf(entry.getKey());
            var value = entry.getValue();
            if (value == null || NOT_OURS.contains(name) || CertificateRotation.reads(name)) {
                continue;
            }
            switch (name) {
                case MASTER_HOST -> host = Optional.of(host(value));
                case MASTER_PORT -> port = Optional.of(port(value));
                case WORKERS -> workers = Optional.of(count(value));
                case POOL_INSTANCES -> pools.putAll(poolInstances(value));
                case KubernetesProfile.PARAMETER -> {
                    var profile = KubernetesProfile.of(value);
                    settings.put(name, profile.kept());
                    secrets.putAll(profile.secrets());
                }
                case ComputeProfile.PARAMETER ->
                    settings.put(name, ComputeProfile.of(value).kept());
                case Tags.PARAMETER -> settings.put(name, Tags.of(value));
                case Registries.INSECURE -> settings.put(name, Registries.insecure(value));
                case Registries.AUTHORITIES -> settings.put(name, Registries.authorities(value));
                default -> {
                    var setting = drainSetting(name);
                    settings.put(setting.parameter, setting.check(value));
                }
            }
        }
        return new Parameters(host, port, workers, pools, settings, secrets);
    }

    private static Drain drainSetting(String name) {
        for (var setting : Drain.values()) {
            if (setting.parameter.equals(name)) {
                return setting;
            }
        }
        throw invalid(name, "is not a parameter of this service");
    }

    private static String host(Object value) {
        if (!(value instanceof String text)) {
            throw invalid(MASTER_HOST, "must be a string");
        }
        var host = text.strip().toLowerCase(Locale.ROOT);
        if (host.isEmpty()) {
            throw invalid(MASTER_HOST, "must not be empty");
        }
        if (host.length() > MAX_HOST) {
            throw invalid(MASTER_HOST, "must not have more than " + MAX_HOST + " characters");
        }
        if (!HOST.matcher(host).matches() && !isAddress(host)) {
            throw invalid(MASTER_HOST, "must be a host name such as k8s.example.com, or an IPv4 address");
        }
        return host;
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    private static int port(Object value) {
        int port = number(MASTER_PORT, numeric(MASTER_PORT, value), 1, 65_535);
        if (TAKEN_PORTS.contains(port)) {
            throw invalid(MASTER_PORT, "must be a port that the masters do not use themselves");
        }
        return port;
    }

    private static int count(Object value) {
        return number(WORKERS, numeric(WORKERS, value), 1, Integer.MAX_VALUE);
    }

    private static Map<String, Integer> poolInstances(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw invalid(POOL_INSTANCES, "must be an object of a number for each node pool");
        }
        var counts = new TreeMap<String, Integer>();
        Maps.named(map).forEach((pool, count) -> {
            var path = POOL_INSTANCES + "." + pool;
            counts.put(pool, number(path, numeric(path, count), 1, Integer.MAX_VALUE));
        });
        return counts;
    }

    /// Refuses text, which [#number] would take.
    private static Object numeric(String name, Object value) {
        if (!(value instanceof Number)) {
            throw invalid(name, "must be a whole number");
        }
        return value;
    }

    static int number(String name, Object value, int least, int most) {
        var number =
                switch (value) {
                    case Integer i -> BigInteger.valueOf(i);
                    case Long l -> BigInteger.valueOf(l);
                    case BigInteger big -> big;
                    case String text when text.strip().matches("-?[0-9]{1,9}") -> new BigInteger(text.strip());
                    default -> throw invalid(name, "must be a whole number");
                };
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw invalid(
                    name,
                    most == Integer.MAX_VALUE
                            ? "must be at least " + least
                            : "must be between " + least + " and " + most);
        }
        return number.intValueExact();
    }

    private static boolean truth(String name, @Nullable Object value) {
        return switch (value) {
            case Boolean bool -> bool;
            case String text when "true".equalsIgnoreCase(text.strip()) -> true;
            case String text when "false".equalsIgnoreCase(text.strip()) -> false;
            case null, default -> throw invalid(name, "must be true or false");
        };
    }

    /// Refuses control characters, and what a Director would take for the name of a secret and replace by it.
    static void plain(String path, @Nullable Object value) {
        switch (value) {
            case String text -> {
                if (text.contains("((")) {
                    throw invalid(path, "must not contain ((");
                }
                if (text.chars().anyMatch(Character::isISOControl)) {
                    throw invalid(path, "must not contain control characters");
                }
            }
            case Map<?, ?> map ->
                map.forEach((name, item) -> {
                    plain(path, name);
                    plain(path + "." + name, item);
                });
            case List<?> list -> list.forEach(item -> plain(path, item));
            case null, default -> {}
        }
    }

    static Fault invalid(String name, String problem) {
        return new Fault(AdapterFault.PARAMETER_INVALID, name + " " + problem, "parameter=" + name);
    }
}
