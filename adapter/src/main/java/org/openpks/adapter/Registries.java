package org.openpks.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Pem;

/// How nodes trust registries of images: the parameters `insecure_registries` and `custom_ca_certs`.
final class Registries {

    static final String INSECURE = "insecure_registries";
    static final String AUTHORITIES = "custom_ca_certs";

    /// A host name or an IPv4 address, and the port that is not 443. It is the name of a directory on nodes.
    private static final Pattern HOST = Pattern.compile(
            "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*(?::[0-9]{1,5})?");

    private static final int MAX_HOST = 255;
    private static final int MAX_PEM = 64 << 10;

    private Registries() {}

    /// The checked list, each host once.
    static List<String> insecure(Object value) {
        if (!(value instanceof List<?> list)) {
            throw Parameters.invalid(INSECURE, "must be a list of HOST or HOST:PORT");
        }
        var hosts = new ArrayList<String>();
        for (int i = 0; i < list.size(); i++) {
            var host = host("%s[%d]".formatted(INSECURE, i), list.get(i));
            if (!hosts.contains(host)) {
                hosts.add(host);
            }
        }
        return List.copyOf(hosts);
    }

    /// The checked list of `domain_name` and `ca_cert`.
    static List<Map<String, Object>> authorities(Object value) {
        if (!(value instanceof List<?> list)) {
            throw Parameters.invalid(AUTHORITIES, "must be a list of objects with domain_name and ca_cert");
        }
        var authorities = new LinkedHashMap<String, Map<String, Object>>();
        for (int i = 0; i < list.size(); i++) {
            var path = "%s[%d]".formatted(AUTHORITIES, i);
            var fields = Maps.map(list.get(i));
            var host = host(path + ".domain_name", fields.get("domain_name"));
            var authority = new LinkedHashMap<String, Object>();
            authority.put("domain_name", host);
            authority.put("ca_cert", certificate(path + ".ca_cert", fields.get("ca_cert")));
            if (authorities.put(host, authority) != null) {
                throw Parameters.invalid(path + ".domain_name", "is there twice: " + host);
            }
        }
        return List.copyOf(authorities.values());
    }

    private static String host(String path, @Nullable Object value) {
        if (!(value instanceof String text)
                || text.length() > MAX_HOST
                || !HOST.matcher(text).matches()) {
            throw Parameters.invalid(path, "must be a registry's HOST or HOST:PORT, such as harbor.example.com:5000");
        }
        return text;
    }

    /// Certificates alone, whatever stands around them.
    private static String certificate(String path, @Nullable Object value) {
        if (value instanceof String text && text.length() <= MAX_PEM) {
            try {
                var certificates = Pem.certificates(text);
                if (!certificates.isEmpty()) {
                    var pem = new StringBuilder();
                    certificates.forEach(one -> pem.append(Pem.encode(one)));
                    return pem.toString();
                }
            } catch (IllegalArgumentException e) {
                // The sentence below says it.
            }
        }
        throw Parameters.invalid(path, "must be a certificate in PEM form");
    }
}
