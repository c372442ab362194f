package org.openpks.uaa;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
/// @param accessTokenSeconds and refreshTokenSeconds of the clients `pks_cli` and `pks_cluster_client`, PKS's
///     tile defaults
/// @param redirectUris where `pks_cli` and `pks_cluster_client` may send a browser besides loopback addresses
/// @param rotateRefreshTokens every refresh yields a new refresh token and ends the old one, for all clients;
///     clients that show no secret get that always
/// @param ldap an LDAP server beside our own users
/// @param oidc OpenID providers beside our own users
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
        @Nullable Ldap ldap,
        @DefaultValue List<Oidc> oidc,
        @Nullable Map<String, String> saml,
        @DefaultValue List<ServiceClient> clients) {

    /// UAA's `authentication.policy`.
    /// @param afterFailures consecutive failures that lock a name; 0 = never
    /// @param window failures further apart do not add up
    /// @param period how long the lock lasts after the last failure
    public record Lockout(
            @DefaultValue("5") int afterFailures,
            @DefaultValue("1200s") Duration window,
            @DefaultValue("300s") Duration period) {}

    /// The tile's LDAP fields. People are found by a search and proved by a bind.
    /// @param urls `ldap://` or `ldaps://`; the first that answers is asked
    /// @param bindDn and bindPassword: the account that searches
    /// @param userSearchFilter `{0}` stands for the name that was typed
    /// @param groupSearchBase empty = no groups
    /// @param groupSearchFilter `{0}` stands for the member's DN, `{1}` for the name that was typed
    /// @param groupSearchDepth how far groups in groups are followed
    /// @param externalGroupsWhitelist which groups id tokens name: DNs or common names, `*` for anything
    /// @param referrals `follow` or `ignore`
    /// @param ca PEM of the authority that signed the server's certificate; without it the JDK's authorities
    ///     count
    public record Ldap(
            List<String> urls,
            String bindDn,
            String bindPassword,
            String userSearchBase,
            @DefaultValue("cn={0}") String userSearchFilter,
            @DefaultValue("") String groupSearchBase,
            @DefaultValue("member={0}") String groupSearchFilter,
            @DefaultValue("10") int groupSearchDepth,
            @DefaultValue("mail") String emailAttribute,
            @DefaultValue("givenName") String firstNameAttribute,
            @DefaultValue("sn") String lastNameAttribute,
            @DefaultValue List<String> externalGroupsWhitelist,
            @DefaultValue("follow") String referrals,
            @DefaultValue("") String ca) {
        @Override
        public String toString() {
            return "Ldap" + urls;
        }
    }

    /// An OpenID provider that people log in at.
    /// @param origin what its users are marked with; also stands in the callback's path
    /// @param issuer the claim `iss`; discovery is below it
    /// @param userNameClaim and groupsClaim: where its id tokens say who it is and in which groups
    /// @param groupsWhitelist which groups our id tokens name; `*` for anything
    /// @param ca PEM of the authority that signed its certificate; without it the JDK's authorities count
    public record Oidc(
            String origin,
            URI issuer,
            String clientId,
            String clientSecret,
            @DefaultValue("openid") List<String> scopes,
            @DefaultValue("") String linkText,
            @DefaultValue("preferred_username") String userNameClaim,
            @DefaultValue("groups") String groupsClaim,
            @DefaultValue List<String> groupsWhitelist,
            @DefaultValue("") String ca) {
        @Override
        public String toString() {
            return "Oidc[" + origin + "]";
        }
    }

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
