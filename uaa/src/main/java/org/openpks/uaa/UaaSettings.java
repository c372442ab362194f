package org.openpks.uaa;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What the launcher tells UAA.
/// @param url the address under which clients reach it, without a trailing slash; the issuer is this and
///     `/oauth/token`
/// @param encryptionKey 32 bytes, base64: seals the private signing keys in the database
/// @param adminUser made at the first start with all three PKS scopes
/// @param adminClientSecret secret of the client `admin`
/// @param accessTokenSeconds and refreshTokenSeconds of the clients `pks_cli` and `pks_cluster_client`, PKS's tile
///     defaults
@ConfigurationProperties(prefix = "openpks.uaa", ignoreUnknownFields = false)
public record UaaSettings(
        URI url,
        String encryptionKey,
        String adminUser,
        String adminPassword,
        String adminClientSecret,
        @DefaultValue("600") int accessTokenSeconds,
        @DefaultValue("21600") int refreshTokenSeconds) {

    public String issuer() {
        return url + "/oauth/token";
    }

    @Override
    public String toString() {
        return "UaaSettings[" + url + "]";
    }
}
