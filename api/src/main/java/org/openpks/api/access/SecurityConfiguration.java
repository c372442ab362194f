package org.openpks.api.access;

import java.time.InstantSource;
import org.openpks.api.ApiSettings;
import org.openpks.component.token.AccessTokens;
import org.openpks.component.token.TokenKeys;
import org.openpks.kernel.TlsClients;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Every request but the health check and the one for the API's description needs an access token of UAA with a
/// scope of the product.
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    @Bean
    TokenKeys tokenKeys(ApiSettings settings, InstantSource clock) {
        var uaa = settings.uaa();
        return new TokenKeys(TlsClients.trusting(uaa.caFile()), uaa.tokenKeys(), clock);
    }

    @Bean
    JwtDecoder jwtDecoder(TokenKeys keys, ApiSettings settings, InstantSource clock) {
        return AccessTokens.decoder(keys, settings.uaa().expectedIssuer(), clock);
    }

    @Bean
    SecurityFilterChain securityFilterChain(
            HttpSecurity http, Refusals refusals, Audit audit, ObjectProvider<RequestMappingHandlerMapping> routes)
            throws Exception {
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .addFilterBefore(new AuditFilter(audit, routes), BearerTokenAuthenticationFilter.class)
                .authorizeHttpRequests(requests -> requests.requestMatchers("/healthz", "/v1/openapi.json")
                        .permitAll()
                        // Users of a cluster have no scope of the product; the service knows who may have what.
                        .requestMatchers(HttpMethod.GET, "/v1/clusters/*/binds/*")
                        .authenticated()
                        .anyRequest()
                        .hasAnyAuthority(Role.ADMIN.name(), Role.MANAGER.name(), Role.READER.name()))
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtAuthenticationConverter(
                                token -> new JwtAuthenticationToken(token, AccessToken.authorities(token))))
                        .authenticationEntryPoint(refusals)
                        .accessDeniedHandler(refusals)
                        .withObjectPostProcessor(answering(refusals)))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .build();
    }

    /// Without this the filter throws a failure of UAA itself at the web server, which makes it an error of ours.
    private static ObjectPostProcessor<BearerTokenAuthenticationFilter> answering(Refusals refusals) {
        return new ObjectPostProcessor<>() {
            @Override
            public <O extends BearerTokenAuthenticationFilter> O postProcess(O filter) {
                filter.setAuthenticationFailureHandler(refusals::commence);
                return filter;
            }
        };
    }

    @Bean
    RequestRejectedHandler requestRejectedHandler(Refusals refusals) {
        return refusals;
    }
}
