package org.openpks.uaa.web;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.kernel.Pem;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.authorize.LoginInfo;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.key.SigningKeys;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/// What anybody may read: how to log in, which keys sign, where the endpoints are, whether the server is well.
@RestController
class Documents {

    private final LoginInfo info;
    private final UaaSettings settings;
    private final SigningKeys keys;
    private final JdbcClient jdbc;

    Documents(LoginInfo info, UaaSettings settings, SigningKeys keys, JdbcClient jdbc) {
        this.info = info;
        this.settings = settings;
        this.keys = keys;
        this.jdbc = jdbc;
    }

    @GetMapping("/info")
    Map<String, Object> info() {
        return info.json();
    }

    @GetMapping("/token_keys")
    Map<String, Object> tokenKeys() {
        return Map.of(
                "keys", keys.all().stream().map(key -> document(key.jwk())).toList());
    }

    @GetMapping("/token_key")
    Map<String, Object> tokenKey() {
        return document(keys.active().jwk());
    }

    /// Tokens are asked for by POST alone; Spring Security's authorization server answers that.
    @RequestMapping(
            path = "/oauth/token",
            method = {RequestMethod.GET, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE})
    void tokensByOtherMethods(HttpServletRequest request) {
        throw UaaFault.of(405, "method_not_allowed", "Request method '" + request.getMethod() + "' not supported");
    }

    /// kube-apiserver asks for the second path.
    @GetMapping({"/.well-known/openid-configuration", "/oauth/token/.well-known/openid-configuration"})
    Map<String, Object> discovery() {
        var document = new LinkedHashMap<String, Object>();
        document.put("issuer", settings.issuer());
        document.put("authorization_endpoint", url("/oauth/authorize"));
        document.put("token_endpoint", url("/oauth/token"));
        document.put("token_endpoint_auth_methods_supported", List.of("client_secret_basic", "client_secret_post"));
        document.put("token_endpoint_auth_signing_alg_values_supported", List.of("RS256"));
        document.put("userinfo_endpoint", url("/userinfo"));
        document.put("jwks_uri", url("/token_keys"));
        document.put("end_session_endpoint", url("/logout.do"));
        document.put("scopes_supported", List.of("openid", "profile", "email", "phone", "roles", "user_attributes"));
        document.put("response_types_supported", List.of("code", "code id_token", "id_token", "token id_token"));
        document.put("subject_types_supported", List.of("public"));
        document.put("id_token_signing_alg_values_supported", List.of("RS256"));
        document.put("claim_types_supported", List.of("normal"));
        document.put(
                "claims_supported",
                List.of(
                        "sub",
                        "user_name",
                        "origin",
                        "iss",
                        "auth_time",
                        "amr",
                        "aud",
                        "azp",
                        "email",
                        "email_verified"));
        document.put("claims_parameter_supported", false);
        document.put("code_challenge_methods_supported", List.of("S256", "plain"));
        document.put("ui_locales_supported", List.of("en-US"));
        return document;
    }

    @GetMapping(value = "/healthz", produces = MediaType.TEXT_PLAIN_VALUE)
    ResponseEntity<String> health() {
        try {
            jdbc.sql("select 1").query(Integer.class).single();
            return ResponseEntity.ok("ok\n");
        } catch (DataAccessException e) {
            return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body("Database Connection failed.\n");
        }
    }

    private String url(String path) {
        return settings.url() + path;
    }

    private static Map<String, Object> document(RSAKey key) {
        var document = new LinkedHashMap<String, Object>(key.toPublicJWK().toJSONObject());
        try {
            document.put("value", Pem.encode("PUBLIC KEY", key.toRSAPublicKey().getEncoded()));
        } catch (JOSEException e) {
            throw new IllegalStateException("a signing key has no public half", e);
        }
        return document;
    }
}
