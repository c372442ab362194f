package org.openpks.uaa.token;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.List;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.fault.Answers;
import org.openpks.uaa.key.SigningKeys;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/// Puts UAA's client authentication and grants into Spring Security's authorization server, and callers with a
/// token before the APIs.
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class TokenSecurity {

    @Bean
    @Order(1)
    SecurityFilterChain tokenChain(HttpSecurity http, ClientCredentials clients, TokenEndpoint grants, Answers answers)
            throws Exception {
        var server = new OAuth2AuthorizationServerConfigurer();
        http.securityMatcher(PathPatternRequestMatcher.withDefaults().matcher("/oauth/token"))
                .with(server, configurer -> configurer
                        .clientAuthentication(authentication -> authentication
                                .authenticationConverters(converters -> replace(converters, clients))
                                .authenticationProviders(providers -> replace(providers, clients))
                                .errorResponseHandler(answers::refuse))
                        .tokenEndpoint(endpoint -> endpoint.accessTokenRequestConverters(
                                        converters -> replace(converters, grants))
                                .authenticationProviders(providers -> replace(providers, grants))
                                .accessTokenResponseHandler((request, response, authentication) -> answers.json(
                                        response,
                                        ((OAuth2AccessTokenAuthenticationToken) authentication)
                                                .getAdditionalParameters()))
                                .errorResponseHandler(answers::refuse)))
                // Spring MVC answers other methods with 405.
                .authorizeHttpRequests(requests -> requests.requestMatchers(
                                request -> !request.getMethod().equals("POST"))
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(answers::refuse));
        return stateless(http).build();
    }

    /// What needs a caller: a token, or a client's secret. Which scopes it needs stands beside the routes.
    @Bean
    @Order(2)
    SecurityFilterChain apiChain(HttpSecurity http, TokenReader tokens, ClientCredentials clients, Answers answers)
            throws Exception {
        http.securityMatcher(paths(
                        "/oauth/clients/**",
                        "/oauth/token/revoke/**",
                        "/oauth/token/list/**",
                        "/Users/**",
                        "/Groups/**",
                        "/ids/Users",
                        "/userinfo",
                        "/check_token",
                        "/introspect"))
                .addFilterBefore(new CallerFilter(tokens, clients, answers), AuthorizationFilter.class)
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .exceptionHandling(handling ->
                        handling.authenticationEntryPoint(answers::refuse).accessDeniedHandler(answers::refuse));
        return stateless(http).build();
    }

    /// Everything else that this server has is open: keys, discovery, info, health.
    @Bean
    @Order(10)
    SecurityFilterChain documentsChain(HttpSecurity http) throws Exception {
        http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll());
        return stateless(http).build();
    }

    private static HttpSecurity stateless(HttpSecurity http) {
        return http.sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(AbstractHttpConfigurer::disable)
                .csrf(AbstractHttpConfigurer::disable);
    }

    private static RequestMatcher paths(String... patterns) {
        return new OrRequestMatcher(List.of(patterns).stream()
                .<RequestMatcher>map(PathPatternRequestMatcher.withDefaults()::matcher)
                .toList());
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
        return (selector, context) -> selector.select(keys.jwkSet());
    }

    /// Spring Security wants one to be there; clients are found by [ClientCredentials], which knows UAA's
    /// rules.
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
