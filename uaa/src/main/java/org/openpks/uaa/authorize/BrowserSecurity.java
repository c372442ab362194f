package org.openpks.uaa.authorize;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Stream;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.fault.Answers;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/// Pages for browsers: forms carry a token that also stands in a cookie, so that no other site can send them.
@Configuration(proxyBeanMethods = false)
class BrowserSecurity {

    @Bean
    @Order(3)
    SecurityFilterChain browserChain(HttpSecurity http, UaaSettings settings, Answers answers) throws Exception {
        var tokens = new CookieCsrfTokenRepository();
        tokens.setCookieName(Pages.CSRF);
        tokens.setParameterName(Pages.CSRF);
        tokens.setHeaderName(Pages.CSRF);
        tokens.setCookieCustomizer(cookie -> cookie.path("/")
                .secure("https".equals(settings.url().getScheme()))
                .sameSite("Lax"));
        return http.securityMatcher(new OrRequestMatcher(Stream.of(
                                "/",
                                "/login",
                                "/login.do",
                                "/login/**",
                                "/logout",
                                "/logout.do",
                                "/passcode",
                                "/oauth/authorize")
                        .<RequestMatcher>map(PathPatternRequestMatcher.withDefaults()::matcher)
                        .toList()))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.csrfTokenRepository(tokens)
                        .csrfTokenRequestHandler(new CsrfTokenRequestAttributeHandler())
                        // It carries name and password itself, and no cookie counts in it.
                        .ignoringRequestMatchers(AuthorizeController::isCredentials))
                .exceptionHandling(handling -> handling.accessDeniedHandler(
                        (request, response, exception) -> forged(request, response, answers)))
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }

    private static void forged(HttpServletRequest request, HttpServletResponse response, Answers answers)
            throws IOException {
        if (request.getRequestURI().equals("/login.do")) {
            response.sendRedirect("/login?error=invalid_login_request");
        } else {
            answers.write(
                    response,
                    UaaFault.oauth(
                            "access_denied", "The form's " + Pages.CSRF + " is missing or too old; reload the page."));
        }
    }
}
