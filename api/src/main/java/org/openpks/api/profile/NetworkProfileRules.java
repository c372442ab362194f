package org.openpks.api.profile;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The parameters of network profiles, by the tables of the product's documentation.
final class NetworkProfileRules {

    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final String UUID_RULE = "must be the id (UUID) of an NSX-T object";
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
    private static final Pattern ADDRESS = Pattern.compile(IPV4);
    private static final Pattern NETWORK = Pattern.compile(IPV4 + "(?:/(?:[0-9]|[12][0-9]|3[0-2]))?");
    private static final Pattern HOST_PREFIX = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final int MOST_DNS = 3;

    private NetworkProfileRules() {}

    /// @param path where the parameters stand in the body
    /// @throws org.openpks.kernel.Fault naming the first field that is wrong
    static void check(String path, JsonNode parameters) {
        var fields = new JsonFields(path, parameters);
        word(fields, "lb_size", "small", "medium", "large");
        ids(fields, "pod_ip_block_ids");
        fields.number("pod_subnet_prefix", 1, 32);
        truth(fields, "pod_routable");
        ids(fields, "node_ip_block_ids");
        fields.number("node_subnet_prefix", 1, 32);
        truth(fields, "node_routable");
        ids(fields, "fip_pool_ids");
        fields.text("t0_router_id", UUID, UUID_RULE);
        fields.text("master_vms_nsgroup_id", UUID, UUID_RULE);
        if (fields.texts("nodes_dns", ADDRESS, "must be an IPv4 address").size() > MOST_DNS) {
            throw ProfileFault.rule(fields.place("nodes_dns"), "has more than %d addresses".formatted(MOST_DNS));
        }
        dns(fields);
        fields.bool("single_tier_topology");
        fields.texts("infrastructure_networks", NETWORK, "must be an IPv4 address or network such as 10.0.0.0/16");
        fields.object("cni_configurations").ifPresent(NetworkProfileRules::cni);
        fields.end();
    }

    private static void dns(JsonFields fields) {
        var mode = word(fields, "dns_lookup_mode", "API", "API_INGRESS");
        var prefix = fields.text("ingress_prefix", HOST_PREFIX, "must be one label of a host name");
        if (mode.equals("API_INGRESS") && prefix.isEmpty()) {
            throw ProfileFault.rule(fields.place("ingress_prefix"), "is needed with dns_lookup_mode API_INGRESS");
        }
        if (!mode.equals("API_INGRESS") && prefix.isPresent()) {
            throw ProfileFault.rule(
                    fields.place("ingress_prefix"), "makes sense with dns_lookup_mode API_INGRESS alone");
        }
    }

    private static void cni(JsonFields cni) {
        if (word(cni, "type", "nsxt").isEmpty()) {
            throw ProfileFault.rule(cni.place("type"), "is missing; it must be nsxt");
        }
        cni.object("parameters").ifPresent(fields -> {
            boolean balancer = fields.bool("nsx_lb").orElse(true);
            boolean controller = fields.bool("nsx_ingress_controller").orElse(true);
            if (!balancer && fields.has("nsx_ingress_controller") && controller) {
                throw ProfileFault.rule(fields.place("nsx_ingress_controller"), "must be false when nsx_lb is false");
            }
            word(fields, "x_forwarded_for", "insert", "replace");
            fields.text("ingress_ip", ADDRESS, "has an invalid parameter value; it must be an IPv4 address");
            fields.object("ingress_persistence_settings").ifPresent(NetworkProfileRules::persistence);
            fields.number("max_l4_lb_service", 1, Integer.MAX_VALUE);
            word(fields, "l4_persistence_type", "source_ip");
            // The product's documentation has both names for it.
            for (var name : List.of("l4_lb_algorithm", "l4_algorithm")) {
                word(fields, name, "round_robin", "least_connection", "ip_hash", "weighted_round_robin");
            }
            fields.object("log_settings").ifPresent(log -> {
                word(log, "log_level", "INFO", "WARNING", "DEBUG", "ERROR", "CRITICAL");
                log.bool("log_dropped_traffic");
                log.end();
            });
            fields.text("top_firewall_section_marker", UUID, UUID_RULE);
            fields.text("bottom_firewall_section_marker", UUID, UUID_RULE);
            fields.bool("enable_err_crd");
            fields.end();
        });
        cni.end();
    }

    private static void persistence(JsonFields settings) {
        var type = word(settings, "persistence_type", "cookie", "source_ip", "none");
        var timeout = settings.number("persistence_timeout", 1, Integer.MAX_VALUE);
        if (type.isEmpty() != timeout.isEmpty()) {
            throw ProfileFault.rule(
                    settings.place(type.isEmpty() ? "persistence_type" : "persistence_timeout"),
                    "is missing; persistence_type and persistence_timeout go together");
        }
        settings.end();
    }

    private static void ids(JsonFields fields, String name) {
        fields.texts(name, UUID, UUID_RULE);
    }

    /// The product's own examples have the words as texts as well.
    private static void truth(JsonFields fields, String name) {
        fields.read(name, (place, value) -> {
            if (!value.isBoolean() && !(value.isString() && value.stringValue().matches("true|false"))) {
                throw ProfileFault.rule(place, "must be true or false");
            }
            return value;
        });
    }

    /// @return the word; empty when it is absent
    private static String word(JsonFields fields, String name, String... words) {
        return fields.text(name, Pattern.compile(String.join("|", words)), "must be " + String.join(" or ", words))
                .orElse("");
    }
}
