package org.openpks.uaa.authorize;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.fault.UaaFault;

/// One request at `/oauth/authorize` whose client and redirect address are known to be good.
/// @param redirectUri where the answer goes
/// @param redirectUriGiven whether it stood in the request, so that it must stand in the token request too
/// @param responseTypes of `code`, `token`, `id_token`
record AuthorizeRequest(
        Client client,
        String redirectUri,
        boolean redirectUriGiven,
        Set<String> responseTypes,
        SortedSet<String> scopes,
        Map<String, String> parameters) {

    /// What goes on to the next page; nothing else of a request does.
    private static final Set<String> KEPT = Set.of(
            "client_id",
            "response_type",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "login_hint");

    static AuthorizeRequest of(Client client, String redirectUri, Map<String, String> all) {
        var parameters = new LinkedHashMap<String, String>();
        all.forEach((name, value) -> {
            if (KEPT.contains(name) && !value.isEmpty()) {
                parameters.put(name, value);
            }
        });
        return new AuthorizeRequest(
                client,
                redirectUri,
                parameters.containsKey("redirect_uri"),
                words(parameters.getOrDefault("response_type", "")),
                words(parameters.getOrDefault("scope", "").replace(',', ' ')),
                parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /// Answers other than a lone code stand in the fragment.
    boolean inFragment() {
        return !responseTypes.equals(Set.of("code"));
    }

    boolean silent() {
        return parameter("prompt").filter("none"::equals).isPresent();
    }

    String challengeMethod() {
        return parameter("code_challenge_method").orElse("plain");
    }

    /// Fails when the client cannot have what it asks for; the client is told by redirect.
    void check() {
        if (responseTypes.isEmpty() || !Set.of("code", "token", "id_token").containsAll(responseTypes)) {
            throw UaaFault.oauth(
                    "unsupported_response_type", "response_type is code, token, id_token, or a pair of them.");
        }
        if (responseTypes.contains("code") && !client.grants("authorization_code")
                || !responseTypes.equals(Set.of("code")) && !client.grants("implicit")) {
            throw UaaFault.oauth("unauthorized_client", "The client may not use this response_type.");
        }
        var challenge = parameter("code_challenge");
        if (!Set.of("S256", "plain").contains(challengeMethod())) {
            throw UaaFault.oauth("invalid_request", "code_challenge_method is S256 or plain.");
        }
        if (challenge.isPresent() && !challenge.get().matches("[A-Za-z0-9._~-]{43,128}")) {
            throw UaaFault.oauth("invalid_request", "code_challenge has 43 to 128 letters, digits, or -._~");
        }
        if (challenge.isEmpty()
                && client.allowPublic()
                && client.secretHashes().stream().allMatch(String::isEmpty)
                && responseTypes.contains("code")) {
            throw UaaFault.oauth("invalid_request", "This client has no secret and needs a code_challenge.");
        }
    }

    private static SortedSet<String> words(String text) {
        return new TreeSet<>(Arrays.stream(text.split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList());
    }
}
