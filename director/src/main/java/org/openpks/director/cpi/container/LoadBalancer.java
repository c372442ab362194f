package org.openpks.director.cpi.container;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.network.Port;
import org.openpks.kernel.Fault;

/// The load balancer that a machine's cloud properties name under `load_balancer`: all machines that name it stand
/// behind its address.
///
/// @param name tells balancers apart
/// @param address its own, of the network that the machines are on; no machine may have it
/// @param port where it listens and where the machines do
/// @param healthPath a path that a machine answers by 200 over HTTPS when it can serve; empty when it can as soon
///     as it takes connections
record LoadBalancer(String name, String address, int port, String healthPath) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_./?=&-]{0,200})?");
    private static final int ID_DIGITS = 10;

    LoadBalancer {
        if (!NAME.matcher(name).matches()) {
            throw invalid("has no \"name\" of letters, digits, '.', '_' and '-'");
        }
        try {
            new Port("any", "any", "any", address, 24, "", false);
        } catch (IllegalArgumentException e) {
            throw invalid("has no IPv4 \"address\"");
        }
        if (port < 1 || port > 65_535) {
            throw invalid("has no \"port\" between 1 and 65535");
        }
        if (!PATH.matcher(healthPath).matches()) {
            throw invalid("has a \"health_path\" that is not like /readyz");
        }
    }

    /// Reads the cloud property.
    static LoadBalancer of(Object property) {
        if (!(property instanceof Map<?, ?> map)) {
            throw invalid("must be a map of name, address and port");
        }
        return new LoadBalancer(
                text(map, "name"),
                text(map, "address"),
                map.get("port") instanceof Integer port ? port : 0,
                text(map, "health_path"));
    }

    private static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }

    private static Fault invalid(String problem) {
        return new Fault(
                CpiFaultCode.CLOUD_PROPERTIES_INVALID, "Cloud property \"load_balancer\" %s.".formatted(problem));
    }

    /// What everything of it on the machine is called after: short enough for an interface, the same at each start.
    String id() {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return "lb-" + HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
