package org.openpks.uaa;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.openpks.uaa.policy.Strength;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the launcher tells UAA.
/// @param url the address under which clients reach it, without a trailing slash; the issuer is this and
///     `/oauth/token`
/// @param encryptionKey 32 bytes, base64: seals the private signing keys in the database
/// @param activeKeyId which key signs; it is made when it is not there, and the keys before it still verify
/// @param retiredKeyIds keys to forget; tokens signed with them end
/// @param adminUser made at the first start with all three PKS scopes
/// @param adminClientSecret secret of the client `admin`
/// @param accessTokenSeconds and refreshTokenSeconds of the clients `pks_cli` and `pks_cluster_client`, PKS's tile
///     defaults
/// @param redirectUris where `pks_cli` and `pks_cluster_client` may send a browser besides loopback addresses
/// @param rotateRefreshTokens every refresh yields a new refresh token and ends the old one, for all clients;
///     clients that show no secret get that always
/// @param saml SAML is not there; the setting is, so that its use ends with a sentence instead of silence
/// @param clients made at the first start for other parts of the installation, beside those of PKS itself
@ConfigurationProperties(prefix = "openpks.uaa", ignoreUnknownFields = false)
public record UaaSettings(
        URI url,
        String encryptionKey,
        @DefaultValue("key-1") String activeKeyId,
        @DefaultValue List<String> retiredKeyIds,
        String adminUser,
        String adminPassword,
        String adminClientSecret,
        @DefaultValue("600") int accessTokenSeconds,
        @DefaultValue("21600") int refreshTokenSeconds,
        @DefaultValue List<URI> redirectUris,
        @DefaultValue("false") boolean rotateRefreshTokens,
        @DefaultValue Strength passwordPolicy,
        @DefaultValue Strength clientSecretPolicy,
        @DefaultValue Lockout lockout,
        java.util.@org.jspecify.annotations.Nullable Map<String, String> saml,
        @DefaultValue List<ServiceClient> clients) {

    /// UAA's `authentication.policy`.
    /// @param afterFailures consecutive failures that lock a name; 0 = never
    /// @param window failures further apart do not add up
    /// @param period how long the lock lasts after the last failure
    public record Lockout(
            @DefaultValue("5") int afterFailures,
            @DefaultValue("1200s") Duration window,
            @DefaultValue("300s") Duration period) {}

    /// A client that acts for itself (`client_credentials`).
    public record ServiceClient(String id, String secret, List<String> authorities) {
        @Override
        public String toString() {
            return "ServiceClient[" + id + "]";
        }
    }

    public String issuer() {
        return url + "/oauth/token";
    }

    @Override
    public String toString() {
        return "UaaSettings[" + url + "]";
    }
}
