package org.openpks.uaa.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.TlsClients;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.user.User;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// People of an OpenID provider (OpenID Connect Core 1.0, authorization code flow with PKCE). Its addresses
/// come from its discovery document, which is read when it is first needed.
final class OidcProvider implements BrowserProvider, AssertionProvider {

    private static final Logger log = LoggerFactory.getLogger(OidcProvider.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final JsonMapper MAPPER = new JsonMapper();

    /// Signatures with a private key alone: no shared secrets, and not `none`.
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384);

    private final UaaSettings.Oidc settings;
    private final URI callback;
    private final HttpClient http;
    private final Whitelist whitelist;
    private volatile @Nullable Known known;

    /// What discovery said.
    private record Known(URI authorize, URI token, DefaultJWTProcessor<SecurityContext> processor) {}

    OidcProvider(UaaSettings.Oidc settings, URI url) {
        this.settings = settings;
        this.callback = URI.create(url + "/login/callback/" + settings.origin());
        this.http = settings.ca().isBlank()
                ? HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()
                : TlsClients.trusting(settings.ca());
        this.whitelist = new Whitelist(settings.groupsWhitelist());
    }

    @Override
    public String origin() {
        return settings.origin();
    }

    @Override
    public String issuer() {
        return settings.issuer().toString();
    }

    @Override
    public String linkText() {
        return settings.linkText().isEmpty() ? "Log in with " + origin() : settings.linkText();
    }

    @Override
    public URI logInAt(String state, String nonce, String challenge) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", settings.clientId());
        parameters.put("redirect_uri", callback.toString());
        parameters.put("scope", String.join(" ", settings.scopes()));
        parameters.put("state", state);
        parameters.put("nonce", nonce);
        parameters.put("code_challenge_method", "S256");
        parameters.put("code_challenge", challenge);
        var base = known().authorize().toString();
        return URI.create(base + (base.contains("?") ? "&" : "?") + encoded(parameters));
    }

    @Override
    public ExternalIdentity identity(String code, String nonce, String verifier) {
        var answer = json(HttpRequest.newBuilder(known().token())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encoded(Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        callback.toString(),
                        "client_id",
                        settings.clientId(),
                        "client_secret",
                        settings.clientSecret(),
                        "code_verifier",
                        verifier)))));
        var claims = verified(answer.path("id_token").asString(""));
        if (!nonce.equals(claims.getClaim("nonce"))) {
            throw UaaFault.invalidToken("The identity provider answered another request.");
        }
        return identity(claims);
    }

    @Override
    public ExternalIdentity read(String idToken) {
        return identity(verified(idToken));
    }

    private ExternalIdentity identity(JWTClaimsSet claims) {
        var name = text(claims, settings.userNameClaim())
                .orElseThrow(() -> UaaFault.invalidToken(
                        "The identity provider's token has no claim %s.".formatted(settings.userNameClaim())));
        var groups = claims.getClaim(settings.groupsClaim()) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.<String>of();
        return new ExternalIdentity(
                name,
                new User.Profile(
                        text(claims, "email").orElse(name + "@user.from." + origin()),
                        text(claims, "given_name").orElse(""),
                        text(claims, "family_name").orElse(""),
                        text(claims, "phone_number").orElse(""),
                        text(claims, "sub").orElse("")),
                groups,
                groups.stream().filter(whitelist::allows).toList());
    }

    private static Optional<String> text(JWTClaimsSet claims, String claim) {
        return claims.getClaim(claim) instanceof String text && !text.isBlank() && text.length() <= 255
                ? Optional.of(text)
                : Optional.empty();
    }

    private JWTClaimsSet verified(String idToken) {
        try {
            return known().processor().process(idToken, null);
        } catch (ParseException | BadJOSEException e) {
            throw UaaFault.invalidToken(
                    "The identity provider's token is not good: " + UaaFault.printable(String.valueOf(e.getMessage())));
        } catch (JOSEException e) {
            throw unusable(e);
        }
    }

    private Known known() {
        var seen = known;
        if (seen == null) {
            seen = discover();
            known = seen;
        }
        return seen;
    }

    private Known discover() {
        var document = json(HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration")));
        if (!document.path("issuer").asString("").equals(issuer())) {
            throw unusable(new IOException("its discovery document names another issuer: "
                    + UaaFault.printable(document.path("issuer").asString(""))));
        }
        try {
            var processor = new DefaultJWTProcessor<SecurityContext>();
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    ALGORITHMS, keys(URI.create(document.path("jwks_uri").asString("")))));
            processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                    settings.clientId(),
                    new JWTClaimsSet.Builder().issuer(issuer()).build(),
                    Set.of("sub", "exp", "iat")));
            return new Known(
                    URI.create(document.path("authorization_endpoint").asString("")),
                    URI.create(document.path("token_endpoint").asString("")),
                    processor);
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw unusable(new IOException("its discovery document has no good addresses", e));
        }
    }

    /// Nimbus caches the keys, and asks again when a token names one that it does not know.
    private JWKSource<SecurityContext> keys(URI address) throws MalformedURLException {
        return JWKSourceBuilder.create(address.toURL(), url -> {
                    try {
                        return new Resource(
                                json(HttpRequest.newBuilder(URI.create(url.toString())))
                                        .toString(),
                                "application/json");
                    } catch (UaaFault fault) {
                        throw new IOException(fault.getMessage(), fault);
                    }
                })
                .build();
    }

    private JsonNode json(HttpRequest.Builder request) {
        try {
            var response = http.send(
                    request.timeout(TIMEOUT)
                            .header("Accept", "application/json")
                            .build(),
                    HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), 1 << 20));
            if (response.statusCode() != 200) {
                throw new IOException("%s answered %d".formatted(response.uri().getPath(), response.statusCode()));
            }
            return MAPPER.readTree(response.body());
        } catch (IOException | JacksonException e) {
            throw unusable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable(e);
        }
    }

    private UaaFault unusable(Exception e) {
        log.atWarn()
                .addKeyValue("origin", origin())
                .addKeyValue("issuer", issuer())
                .setCause(e)
                .log("The identity provider cannot be used");
        return UaaFault.of(
                503,
                "server_error",
                "The identity provider %s cannot be reached or does not answer as it should. Internal users can log in; others when it is back."
                        .formatted(issuer()));
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
