package org.openpks.api.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Pem;

/// An authority that a cluster's nodes trust for one registry.
///
/// @param domainName the registry's host, with a port if it has one; in small letters
/// @param caCert one certificate or several, PEM
public record CustomCaCert(
        @JsonProperty("domain_name") String domainName,
        @JsonProperty("ca_cert") String caCert) {

    static final int MOST = 50;

    /// In characters; a chain of the largest keys has a quarter of it.
    static final int LONGEST_CERTIFICATE = 64 * 1024;

    private static final int LONGEST_DOMAIN = 253;
    private static final Pattern DOMAIN =
            Pattern.compile("[a-zA-Z0-9_](?:[a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_])?(?::([0-9]{1,5}))?");

    /// An authority as a request has it.
    public record Given(
            @JsonProperty("domain_name") @Nullable String domainName,
            @JsonProperty("ca_cert") @Nullable String caCert) {}

    /// Reads authorities.
    /// @throws org.openpks.kernel.Fault naming the first that is wrong
    public static List<CustomCaCert> read(String path, List<@Nullable Given> given) {
        if (given.size() > MOST) {
            throw SettingsFault.invalid(path, "has %d entries; at most %d are allowed".formatted(given.size(), MOST));
        }
        var read = new ArrayList<CustomCaCert>();
        var domains = new HashSet<String>();
        for (int i = 0; i < given.size(); i++) {
            var entry = "%s[%d]".formatted(path, i);
            var one = given.get(i);
            var cert = new CustomCaCert(
                    domain(entry + ".domain_name", one == null ? null : one.domainName()),
                    certificates(entry + ".ca_cert", one == null ? null : one.caCert()));
            if (!domains.add(cert.domainName())) {
                throw SettingsFault.invalid(entry + ".domain_name", "names a domain that stands there already");
            }
            read.add(cert);
        }
        return read;
    }

    private static String domain(String path, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw SettingsFault.invalid(path, "must not be empty");
        }
        if (text.startsWith("*")) {
            throw SettingsFault.invalid(
                    path, "must name one registry: nodes know no wildcards; please name each registry of the domain");
        }
        var form = DOMAIN.matcher(text);
        if (text.length() > LONGEST_DOMAIN || !form.matches() || text.contains("..")) {
            throw SettingsFault.invalid(
                    path, "must be a domain of a registry such as registry.example.com or registry.example.com:5000");
        }
        if (form.group(1) != null && !Ports.valid(form.group(1))) {
            throw SettingsFault.invalid(path, "has a port that is not between 1 and 65535");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /// The certificates alone, in one form: whatever stands around them in a bundle is left out.
    private static String certificates(String path, @Nullable String pem) {
        if (pem == null || pem.isBlank()) {
            throw SettingsFault.invalid(path, "must not be empty");
        }
        if (pem.length() > LONGEST_CERTIFICATE) {
            throw SettingsFault.invalid(
                    path, "has %d characters; at most %d are allowed".formatted(pem.length(), LONGEST_CERTIFICATE));
        }
        if (pem.contains("PRIVATE KEY")) {
            throw SettingsFault.invalid(path, "holds a private key; please send the certificate alone");
        }
        try {
            var certificates = Pem.certificates(pem);
            if (!certificates.isEmpty()) {
                return certificates.stream().map(Pem::encode).collect(Collectors.joining());
            }
        } catch (IllegalArgumentException e) {
            throw notCertificate(path);
        }
        throw notCertificate(path);
    }

    private static RuntimeException notCertificate(String path) {
        return SettingsFault.invalid(path, "must be a certificate in PEM form, -----BEGIN CERTIFICATE----- and so on");
    }
}
