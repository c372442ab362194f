package org.openpks.uaa.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.policy.Passwords;
import org.openpks.uaa.scim.Body;
import org.springframework.stereotype.Component;

/// What a client may be: reads one from a request, and refuses with 400 `invalid_client` what makes no sense.
@Component
class ClientRules {

    private static final Set<String> ADMINISTRATOR = Set.of("clients.admin");

    /// Those of UAA. Some are not served here, but clients that name them can be kept.
    private static final Set<String> GRANT_TYPES = Set.of(
            "authorization_code",
            "client_credentials",
            "implicit",
            "password",
            "refresh_token",
            "user_token",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:saml2-bearer",
            "urn:ietf:params:oauth:grant-type:token-exchange");

    /// A scheme and a host; of the host only the first label may be a wildcard, and the port.
    private static final Pattern REDIRECT_URI = Pattern.compile(
            "[A-Za-z][A-Za-z0-9+.-]*://(\\*\\.[^*/:?#@\\s]+\\.)?[^*/:?#@\\s]+(:(\\d{1,5}|\\*))?(/[^\\s#]*)?");

    private static final int LONGEST_VALIDITY = 10 * 366 * 24 * 3_600;

    private final Passwords passwords;
    private final UaaSettings settings;

    ClientRules(Passwords passwords, UaaSettings settings) {
        this.passwords = passwords;
        this.settings = settings;
    }

    /// A new client with its secret. One that names none has the empty secret, as in UAA: `uaa create-client -s ''`
    /// leaves it out.
    Client create(Body body, Caller caller) {
        var id = body.text("client_id").orElse("");
        if (id.isBlank()) {
            throw invalid("client_id is missing.");
        }
        if (id.matches(".*[/\\\\].*") || !id.equals(id.strip())) {
            throw invalid("A client_id holds neither / nor \\ and neither begins nor ends with a space.");
        }
        var secret = body.text("client_secret");
        secret.ifPresent(this::checkSecret);
        var old = new Client(
                id,
                id,
                List.of(passwords.hash(secret.orElse(""))),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Client.AutoApprove.NONE,
                Optional.empty(),
                List.of(),
                false,
                OptionalInt.empty(),
                OptionalInt.empty(),
                UUID.randomUUID().toString(),
                caller.holdsAny(ADMINISTRATOR) ? "clients.admin" : "clients.write",
                new Client.Meta(false, "", "", caller.userId().orElse("")),
                Instant.EPOCH);
        return checked(merged(body, old), caller);
    }

    /// The old client with what the request changes; a secret in it is ignored.
    Client change(Body body, Client old, Caller caller) {
        body.text("client_id").filter(id -> !id.equals(old.id())).ifPresent(id -> {
            throw invalid("The client id (%s) does not match the URL (%s)".formatted(UaaFault.printable(id), old.id()));
        });
        return checked(merged(body, old), caller);
    }

    void checkSecret(String secret) {
        var violations = settings.clientSecretPolicy().violations("Client Secret", secret);
        if (!violations.isEmpty()) {
            throw invalid(String.join(",", violations));
        }
    }

    static UaaFault invalid(String why) {
        return UaaFault.of(400, ClientJson.ERROR, why);
    }

    private Client merged(Body body, Client old) {
        return new Client(
                old.id(),
                body.text("name").orElse(old.name()),
                old.secretHashes(),
                withRefresh(body.list("authorized_grant_types").orElse(old.grantTypes())),
                orElse(body.list("scope").orElse(old.scopes()), "uaa.none"),
                orElse(body.list("authorities").orElse(old.authorities()), "uaa.none"),
                body.list("redirect_uri").orElse(old.redirectUris()),
                orElse(body.list("resource_ids").orElse(old.resourceIds()), "none"),
                ClientJson.autoApprove(body, old.autoApprove()),
                body.list("allowedproviders").or(old::allowedProviders),
                body.list("required_user_groups").orElse(old.requiredUserGroups()),
                body.bool("allowpublic").orElse(old.allowPublic()),
                validity(body, "access_token_validity", old.accessTokenValidity()),
                validity(body, "refresh_token_validity", old.refreshTokenValidity()),
                old.tokenSalt(),
                old.createdWith(),
                old.meta(),
                old.modified());
    }

    /// Clients whose users log in may refresh.
    private static List<String> withRefresh(List<String> grantTypes) {
        var all = new ArrayList<>(grantTypes);
        if (!all.contains("refresh_token") && (all.contains("authorization_code") || all.contains("password"))) {
            all.add("refresh_token");
        }
        return all;
    }

    private static List<String> orElse(List<String> list, String nothing) {
        return list.isEmpty() ? List.of(nothing) : list;
    }

    private static OptionalInt validity(Body body, String field, OptionalInt old) {
        var given = body.integer(field);
        if (given.isEmpty()) {
            return old;
        }
        if (given.getAsInt() < 1 || given.getAsInt() > LONGEST_VALIDITY) {
            throw invalid("%s is a number of seconds from 1 to %d.".formatted(field, LONGEST_VALIDITY));
        }
        return given;
    }

    private static Client checked(Client client, Caller caller) {
        checkGrants(client);
        client.redirectUris().stream()
                .filter(uri -> !REDIRECT_URI.matcher(uri).matches())
                .findFirst()
                .ifPresent(uri -> {
                    throw invalid(
                            "One of the redirect_uri is invalid: %s. It needs a scheme and a host, as https://host/path or https://*.example.com/**"
                                    .formatted(UaaFault.printable(uri)));
                });
        if (!caller.holdsAny(ADMINISTRATOR)) {
            refuseMoreThanHeld(client, caller);
        }
        return client;
    }

    private static void checkGrants(Client client) {
        var grants = client.grantTypes();
        if (grants.isEmpty()) {
            throw invalid("An authorized grant type must be provided. Must be one of: " + GRANT_TYPES);
        }
        grants.stream()
                .filter(grant -> !GRANT_TYPES.contains(grant))
                .findFirst()
                .ifPresent(grant -> {
                    throw invalid("%s is not an allowed grant type. Must be one of: %s"
                            .formatted(UaaFault.printable(grant), GRANT_TYPES));
                });
        if ((grants.contains("implicit") || grants.contains("authorization_code"))
                && client.redirectUris().isEmpty()) {
            throw invalid("%s grant type requires at least one redirect URL."
                    .formatted(grants.contains("implicit") ? "implicit" : "authorization_code"));
        }
        if (grants.contains("client_credentials")
                && client.secretHashes().stream().allMatch(String::isEmpty)) {
            throw invalid("Client secret is required for client_credentials grant type");
        }
        if (grants.contains("implicit")
                && client.secretHashes().stream().anyMatch(hash -> !hash.isEmpty())
                && grants.stream().noneMatch(grant -> !grant.equals("implicit"))) {
            throw invalid("Implicit grant should not have a client_secret");
        }
    }

    /// Who may only register clients gives no more than the caller holds, or what carries the caller's own or
    /// the new client's name.
    private static void refuseMoreThanHeld(Client client, Caller caller) {
        var all = new ArrayList<>(client.scopes());
        all.addAll(client.authorities());
        all.stream()
                .filter(scope -> !scope.equals("uaa.none")
                        && !caller.scopes().contains(scope)
                        && !scope.startsWith(caller.clientId() + ".")
                        && !scope.startsWith(client.id() + "."))
                .findFirst()
                .ifPresent(scope -> {
                    throw invalid(
                            "%s is not an allowed scope or authority for caller: %s. Must have prefix in [%s., %s.] or be held by the caller"
                                    .formatted(
                                            UaaFault.printable(scope),
                                            caller.clientId(),
                                            caller.clientId(),
                                            client.id()));
                });
    }
}
