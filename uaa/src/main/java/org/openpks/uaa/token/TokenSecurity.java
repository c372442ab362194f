package org.openpks.uaa.token;

import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.List;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.key.SigningKeys;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.SecurityFilterChain;

/// Puts UAA's client authentication and grants into Spring Security's authorization server.
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class TokenSecurity {

    @Bean
    @Order(1)
    SecurityFilterChain tokenChain(HttpSecurity http, ClientCredentials clients, TokenEndpoint grants, UaaErrors errors)
            throws Exception {
        var server = new OAuth2AuthorizationServerConfigurer();
        http.securityMatcher("/oauth/token")
                .with(server, configurer -> configurer
                        .clientAuthentication(authentication -> authentication
                                .authenticationConverters(converters -> replace(converters, clients))
                                .authenticationProviders(providers -> replace(providers, clients))
                                .errorResponseHandler(errors::write))
                        .tokenEndpoint(endpoint -> endpoint.accessTokenRequestConverters(
                                        converters -> replace(converters, grants))
                                .authenticationProviders(providers -> replace(providers, grants))
                                .accessTokenResponseHandler((request, response, authentication) -> errors.json(
                                        response,
                                        ((OAuth2AccessTokenAuthenticationToken) authentication)
                                                .getAdditionalParameters()))
                                .errorResponseHandler(errors::write)))
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(errors::write))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(cache -> cache.disable())
                .csrf(csrf -> csrf.disable());
        return http.build();
    }

    /// Everything else that this server has is open: keys, discovery, info, health.
    @Bean
    @Order(2)
    SecurityFilterChain documentsChain(HttpSecurity http) throws Exception {
        http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(cache -> cache.disable())
                .csrf(csrf -> csrf.disable());
        return http.build();
    }

    @Bean
    AuthorizationServerSettings authorizationServerSettings(UaaSettings settings) {
        return AuthorizationServerSettings.builder()
                .issuer(settings.issuer())
                .tokenEndpoint("/oauth/token")
                .authorizationEndpoint("/oauth/authorize")
                .jwkSetEndpoint("/token_keys")
                .build();
    }

    @Bean
    JWKSource<SecurityContext> jwkSource(SigningKeys keys) {
        return new ImmutableJWKSet<>(keys.jwkSet());
    }

    /// Spring Security wants one to be there; clients are found by [ClientCredentials], which knows UAA's rules.
    @Bean
    RegisteredClientRepository registeredClients() {
        return new RegisteredClientRepository() {
            @Override
            public void save(RegisteredClient client) {
                throw new UnsupportedOperationException("clients are kept by Clients");
            }

            @Override
            public @org.jspecify.annotations.Nullable RegisteredClient findById(String id) {
                return null;
            }

            @Override
            public @org.jspecify.annotations.Nullable RegisteredClient findByClientId(String clientId) {
                return null;
            }
        };
    }

    private static <T> void replace(List<T> list, T only) {
        list.clear();
        list.add(only);
    }
}
