package org.openpks.director.cpi.network;

import java.util.regex.Pattern;

/// One interface of a node and its plug on the machine's side.
///
/// @param bridge the bridge it is plugged into; at most 15 characters
/// @param link the name of the machine's end
/// @param inside the name in the node: `eth0` and so on
/// @param ip the node's address
/// @param prefixLength of the network, 8 to 31
/// @param gateway the network's gateway, which the machine itself takes; empty when the network has none
/// @param defaultRoute whether the node's default route goes this way
public record Port(
        String bridge, String link, String inside, String ip, int prefixLength, String gateway, boolean defaultRoute) {

    private static final Pattern LINK = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,14}");
    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    public Port {
        if (!LINK.matcher(bridge).matches()) {
            throw new IllegalArgumentException("a bridge is named like openpks0, not " + bridge);
        }
        if (!LINK.matcher(link).matches()) {
            throw new IllegalArgumentException("an interface cannot be named " + link);
        }
        octets(ip);
        if (!gateway.isEmpty()) {
            octets(gateway);
        }
        if (prefixLength < 8 || prefixLength > 31) {
            throw new IllegalArgumentException("a network has a prefix length of 8 to 31, not " + prefixLength);
        }
    }

    /// The number of leading ones in a netmask like `255.255.252.0`.
    public static int prefixLength(String netmask) {
        int bits = number(netmask);
        int length = Integer.bitCount(bits);
        if (length == 0 || bits != -1 << (32 - length)) {
            throw new IllegalArgumentException("a netmask is like 255.255.255.0, not " + netmask);
        }
        return length;
    }

    /// Whether the address is of this port's network.
    public boolean reaches(String address) {
        int mask = -1 << (32 - prefixLength);
        return (number(ip) & mask) == (number(address) & mask);
    }

    private static int number(String address) {
        int bits = 0;
        for (int octet : octets(address)) {
            bits = bits << 8 | octet;
        }
        return bits;
    }

    /// The hardware address follows from the IP: a machine that is made again with its old IP is found without
    /// waiting for its neighbours to forget the former one.
    public String mac() {
        var octet = octets(ip);
        return "02:9c:%02x:%02x:%02x:%02x".formatted(octet[0], octet[1], octet[2], octet[3]);
    }

    static int[] octets(String address) {
        var matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("an address is like 100.96.0.2, not " + address);
        }
        var octets = new int[4];
        for (int i = 0; i < 4; i++) {
            octets[i] = Integer.parseInt(matcher.group(i + 1));
            if (octets[i] > 255) {
                throw new IllegalArgumentException("an address is like 100.96.0.2, not " + address);
            }
        }
        return octets;
    }
}
