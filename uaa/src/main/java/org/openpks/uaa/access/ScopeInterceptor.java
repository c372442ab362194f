package org.openpks.uaa.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Holds what [Scopes] says. The security chains have made sure that the caller of an API is authenticated.
@Configuration(proxyBeanMethods = false)
class ScopeInterceptor implements HandlerInterceptor, WebMvcConfigurer {

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)) {
            return true;
        }
        var wanted = method.getMethodAnnotation(Scopes.class);
        if (wanted == null) {
            return true;
        }
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof Caller caller)) {
            throw UaaFault.unauthenticated();
        }
        var scopes = new LinkedHashSet<>(List.of(wanted.value()));
        boolean self = !wanted.self().isEmpty() && caller.is(pathVariable(request, wanted.self()));
        if (!scopes.isEmpty() && !self && !caller.holdsAny(scopes)) {
            scopes.addFirst("uaa.admin");
            throw UaaFault.insufficientScope(scopes);
        }
        return true;
    }

    private static String pathVariable(HttpServletRequest request, String name) {
        return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                ? String.valueOf(variables.get(name))
                : "";
    }
}
