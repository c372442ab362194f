package org.openpks.uaa.client;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// An OAuth client.
/// @param secretHashes bcrypt, one or two while a secret is replaced; empty text for a client with an empty
///     secret, which authenticates with an empty password
/// @param authorities what its own tokens may do; `scopes` bounds what its users' tokens may do and may hold
///     `*`
/// @param allowedProviders origins its users may come from; empty = all
/// @param allowPublic it may come without a secret, with a PKCE code verifier
/// @param accessTokenValidity seconds; empty = the server's default
/// @param tokenSalt changed to revoke every token of the client
public record Client(
        String id,
        String name,
        List<String> secretHashes,
        List<String> grantTypes,
        List<String> scopes,
        List<String> authorities,
        List<String> redirectUris,
        List<String> resourceIds,
        AutoApprove autoApprove,
        Optional<List<String>> allowedProviders,
        List<String> requiredUserGroups,
        boolean allowPublic,
        OptionalInt accessTokenValidity,
        OptionalInt refreshTokenValidity,
        String tokenSalt,
        String createdWith,
        Meta meta,
        Instant modified) {

    public Client {
        secretHashes = List.copyOf(secretHashes);
        grantTypes = List.copyOf(grantTypes);
        scopes = List.copyOf(scopes);
        authorities = List.copyOf(authorities);
        redirectUris = List.copyOf(redirectUris);
        resourceIds = List.copyOf(resourceIds);
        requiredUserGroups = List.copyOf(requiredUserGroups);
    }

    /// Which scopes are given without asking the user.
    public record AutoApprove(boolean all, List<String> scopes) {
        public static final AutoApprove NONE = new AutoApprove(false, List.of());
        public static final AutoApprove ALL = new AutoApprove(true, List.of());

        public boolean covers(String scope) {
            return all || scopes.stream().anyMatch(pattern -> matches(pattern, scope));
        }
    }

    /// How the client shows on a home page; only stored and given back.
    public record Meta(boolean showOnHomePage, String appLaunchUrl, String appIcon, String createdBy) {
        public static final Meta NONE = new Meta(false, "", "", "");
    }

    Client with(Meta other) {
        return new Client(
                id,
                name,
                secretHashes,
                grantTypes,
                scopes,
                authorities,
                redirectUris,
                resourceIds,
                autoApprove,
                allowedProviders,
                requiredUserGroups,
                allowPublic,
                accessTokenValidity,
                refreshTokenValidity,
                tokenSalt,
                createdWith,
                other,
                modified);
    }

    public boolean grants(String grantType) {
        return grantTypes.contains(grantType);
    }

    /// Of these scopes those that the client may have; its own may hold wildcards (`zones.*.admin`).
    public SortedSet<String> allowed(Iterable<String> wanted) {
        var allowed = new TreeSet<String>();
        for (var scope : wanted) {
            if (scopes.stream().anyMatch(pattern -> matches(pattern, scope))) {
                allowed.add(scope);
            }
        }
        return allowed;
    }

    public boolean allowsProvider(String origin) {
        return allowedProviders.map(allowed -> allowed.contains(origin)).orElse(true);
    }

    /// `*` stands for one or more characters that are no dot.
    private static boolean matches(String pattern, String scope) {
        return pattern.equals(scope)
                || (pattern.contains("*")
                        && scope.matches(Arrays.stream(pattern.split("\\*", -1))
                                .map(Pattern::quote)
                                .collect(Collectors.joining("[^.]+"))));
    }

    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
