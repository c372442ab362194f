package org.openpks.director.cpi.network;

import java.util.List;
import java.util.stream.Collectors;

/// The texts given to `ip -batch` and `nft -f`: one process does what would otherwise take a dozen.
final class NetworkScripts {

    /// Behind every route that somebody may have for a good reason.
    private static final long LAST_METRIC = 4_278_198_000L;

    private NetworkScripts() {}

    /// A packet to an address of ours that has no better way gets an error, and never the machine's default route.
    static String guardRoutes(List<String> ranges, int protocol) {
        return ranges.stream()
                .map(range -> "route replace unreachable %s metric %d proto %d\n"
                        .formatted(range, LAST_METRIC + protocol, protocol))
                .collect(Collectors.joining());
    }

    /// @param absent the bridges to make
    /// @param ports whose gateways the bridges carry
    static String bridges(List<String> absent, List<Port> ports, String mark) {
        var script = new StringBuilder();
        for (var bridge : absent) {
            script.append("link add %s type bridge forward_delay 0\n".formatted(bridge));
            script.append("link set %s alias %s addrgenmode none up\n".formatted(bridge, mark));
        }
        ports.stream()
                .filter(port -> !port.gateway().isEmpty())
                .map(port ->
                        "addr replace %s/%d dev %s\n".formatted(port.gateway(), port.prefixLength(), port.bridge()))
                .distinct()
                .forEach(script::append);
        return script.toString();
    }

    static String outside(String namespace, String mark, List<Port> ports) {
        var script = new StringBuilder("netns add %s\n".formatted(namespace));
        for (var port : ports) {
            script.append("link add %s type veth peer name %s address %s netns %s\n"
                    .formatted(port.link(), port.inside(), port.mac(), namespace));
            script.append("link set %s alias %s:%s addrgenmode none master %s up\n"
                    .formatted(port.link(), mark, namespace, port.bridge()));
        }
        return script.toString();
    }

    static String inside(List<Port> ports) {
        var script = new StringBuilder("link set lo up\n");
        for (var port : ports) {
            script.append("addr add %s/%d dev %s\n".formatted(port.ip(), port.prefixLength(), port.inside()));
            script.append("link set %s up\n".formatted(port.inside()));
        }
        ports.stream()
                .filter(port -> port.defaultRoute() && !port.gateway().isEmpty())
                .limit(1)
                .forEach(port ->
                        script.append("route add default via %s dev %s\n".formatted(port.gateway(), port.inside())));
        return script.toString();
    }

    static String passage(List<String> bridges, String mark) {
        return bridges.stream()
                .map(bridge -> """
                        -I FORWARD -i %1$s -m comment --comment %2$s -j ACCEPT
                        -I FORWARD -o %1$s -m comment --comment %2$s -j ACCEPT
                        """.formatted(bridge, mark))
                .collect(Collectors.joining("", "*filter\n", "COMMIT\n"));
    }

    /// The table is replaced as a whole in one transaction.
    ///
    /// What nodes and pods send beyond our ranges leaves under the machine's own address. Packets that belong to no
    /// known connection are dropped there, because address translation would let them pass as they are.
    static String firewall(String table, List<String> bridges, List<String> ranges) {
        var names = bridges.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
        var elements = bridges.isEmpty() ? "" : "elements = { " + names + " }";
        return """
                add table ip %1$s
                delete table ip %1$s
                table ip %1$s {
                  set bridges {
                    type ifname
                    %2$s
                  }
                  set ranges {
                    type ipv4_addr
                    flags interval
                    elements = { %3$s }
                  }
                  chain forward {
                    type filter hook forward priority filter - 5; policy accept;
                    ip saddr @ranges ip daddr != @ranges oifname != @bridges ct state invalid drop
                    ip saddr @ranges ip daddr != @ranges oifname != @bridges tcp flags syn tcp option maxseg size set rt mtu
                  }
                  chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    ip saddr @ranges ip daddr != @ranges oifname != @bridges masquerade
                  }
                }
                """.formatted(table, elements, String.join(", ", ranges));
    }
}
