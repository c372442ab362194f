package org.openpks.director.deployment.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The names that BOSH DNS would answer, as lines for /etc/hosts.
public final class HostNames {

    private static final List<String> GROUP_QUERIES = List.of("q-s0", "q-s3", "q-s4");

    private HostNames() {}

    public static String canonical(String text) {
        return text.toLowerCase(Locale.ROOT).replace('_', '-').replaceAll("[^-0-9a-z]", "");
    }

    public static String instance(String deployment, String group, String network, String id) {
        return String.join(".", id, canonical(group), canonical(network), canonical(deployment), "bosh");
    }

    /// One instance's addresses by network.
    public record Host(String id, String group, int index, Map<String, String> addresses, String defaultNetwork) {}

    /// Names by address, as the machine of `self` sees them: its own address comes first, the others follow in turn
    /// from there, so that not every machine asks the same one first.
    ///
    /// Beside BOSH's names stand the two that CFCR's jobs use: `master.cfcr.internal` for every master, and
    /// `GROUP-INDEX.etcd.cfcr.internal` for each.
    public static Map<String, List<String>> of(
            String deployment, List<Host> hosts, List<LinkResolver.Alias> aliases, String self) {
        var result = new LinkedHashMap<String, List<String>>();
        int start = 0;
        for (int i = 0; i < hosts.size(); i++) {
            if (hosts.get(i).id().equals(self)) {
                start = i;
            }
        }
        for (int i = 0; i < hosts.size(); i++) {
            var host = hosts.get((start + i) % hosts.size());
            host.addresses().forEach((network, ip) -> {
                var names = result.computeIfAbsent(ip, address -> new ArrayList<>());
                names.add(instance(deployment, host.group(), network, host.id()));
                for (var query : GROUP_QUERIES) {
                    names.add(String.join(
                            ".", query, canonical(host.group()), canonical(network), canonical(deployment), "bosh"));
                }
                if (network.equals(host.defaultNetwork())) {
                    if (host.group().equals("master")) {
                        names.add("master.cfcr.internal");
                        names.add("master-" + host.index() + ".etcd.cfcr.internal");
                    }
                    for (var alias : aliases) {
                        if (alias.group().equals(host.group())) {
                            names.add(
                                    alias.perInstance()
                                            ? alias.domain().replaceFirst("^_", host.id())
                                            : alias.domain());
                        }
                    }
                }
            });
        }
        result.replaceAll((ip, names) -> names.stream().distinct().toList());
        return result;
    }
}
