package org.openpks.api;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Sealer;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The settings of the PKS API, `openpks.api.*`. An unknown name, a missing value or one out of its range stops the
/// start with a sentence that names it.
///
/// @param encryptionKey 32 bytes, base64: seals what is secret in the database
/// @param pollInterval how often the broker is asked about a running operation
/// @param sendPatience how long a request is repeated while the broker does not answer, before its operation fails
/// @param pollPatience how long a running operation may stay without an answer from the broker before it fails
/// @param lease how long a process that died keeps its operations from the other processes
/// @param upgradeWatch how often clusters that are behind are looked at for upgrades that were started at the broker
/// @param plansMaxAge how old the list of plans may be when it is shown
/// @param pksVersion the version of the control plane, as clusters show it
/// @param k8sVersion the Kubernetes version that new clusters get, as long as the broker does not tell it
@ConfigurationProperties(prefix = "openpks.api", ignoreUnknownFields = false)
public record ApiSettings(
        Uaa uaa,
        Broker broker,
        String encryptionKey,
        @DefaultValue("200ms") Duration pollInterval,
        @DefaultValue("2m") Duration sendPatience,
        @DefaultValue("15m") Duration pollPatience,
        @DefaultValue("5s") Duration lease,
        @DefaultValue("10s") Duration upgradeWatch,
        @DefaultValue("30s") Duration plansMaxAge,
        String pksVersion,
        String k8sVersion) {

    public ApiSettings {
        required("openpks.api.uaa.url", uaa);
        required("openpks.api.broker.url", broker);
        key("openpks.api.encryption-key", encryptionKey);
        between("openpks.api.poll-interval", pollInterval, Duration.ofMillis(10), Duration.ofMinutes(5));
        between("openpks.api.send-patience", sendPatience, Duration.ofMillis(100), Duration.ofHours(1));
        between("openpks.api.poll-patience", pollPatience, Duration.ofMillis(100), Duration.ofHours(24));
        between("openpks.api.lease", lease, Duration.ofMillis(500), Duration.ofMinutes(10));
        between("openpks.api.upgrade-watch", upgradeWatch, Duration.ofMillis(100), Duration.ofHours(1));
        between("openpks.api.plans-max-age", plansMaxAge, Duration.ZERO, Duration.ofHours(1));
        text("openpks.api.pks-version", pksVersion);
        text("openpks.api.k8s-version", k8sVersion);
    }

    /// Without what is secret.
    @Override
    public String toString() {
        return "ApiSettings[uaa=%s, broker=%s, pksVersion=%s]".formatted(uaa, broker, pksVersion);
    }

    /// Where tokens come from.
    /// @param url the base address that the API itself uses for `/token_keys`
    /// @param issuer the `iss` of its tokens; `<url>/oauth/token` unless set
    /// @param caFile PEM file with the authority of its certificate
    public record Uaa(URI url, @Nullable String issuer, Path caFile) {
        public Uaa {
            address("openpks.api.uaa.url", url, true);
            required("openpks.api.uaa.ca-file", caFile);
        }

        /// The value that the `iss` claim must have.
        public String expectedIssuer() {
            return issuer == null || issuer.isBlank() ? trimmed(url) + "/oauth/token" : issuer;
        }

        public URI tokenKeys() {
            return URI.create(trimmed(url) + "/token_keys");
        }
    }

    /// The service broker that makes clusters.
    /// @param serviceId the id of its one service, as its catalog has it
    /// @param caFile PEM file with the authority of its certificate; absent for a broker on plain HTTP on this
    ///     machine
    public record Broker(
            URI url, String user, String password, @Nullable Path caFile, String serviceId) {
        public Broker {
            address("openpks.api.broker.url", url, false);
            text("openpks.api.broker.user", user);
            text("openpks.api.broker.password", password);
            text("openpks.api.broker.service-id", serviceId);
            if (url.getScheme().equals("https") && caFile == null) {
                throw new IllegalArgumentException(
                        "openpks.api.broker.ca-file is missing: a broker on https needs the file with its authority.");
            }
        }

        /// Without the password.
        @Override
        public String toString() {
            return "Broker[url=%s, user=%s, serviceId=%s]".formatted(url, user, serviceId);
        }
    }

    private static String trimmed(URI url) {
        var text = url.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static void address(String name, @Nullable URI url, boolean tlsOnly) {
        required(name, url);
        var scheme = url == null ? null : url.getScheme();
        if (!"https".equals(scheme) && (tlsOnly || !"http".equals(scheme))) {
            throw new IllegalArgumentException(
                    name + " must be an " + (tlsOnly ? "https" : "http or https") + " address, not '" + url + "'.");
        }
    }

    private static void required(String name, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing.");
        }
    }

    private static void text(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is missing.");
        }
    }

    private static void key(String name, @Nullable String value) {
        text(name, value);
        try {
            new Sealer(String.valueOf(value));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " must be 32 bytes in base64.");
        }
    }

    private static void between(String name, @Nullable Duration value, Duration least, Duration most) {
        if (value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "%s must lie between %s and %s, not %s.".formatted(name, least, most, value));
        }
    }
}
