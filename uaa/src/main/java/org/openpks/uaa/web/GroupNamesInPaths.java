package org.openpks.uaa.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.openpks.uaa.fault.Answers;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/// Names of LDAP groups stand in paths (`/Groups/External/.../externalGroup/cn=x%2Cdc=y/...`), with encoded
/// slashes, backslashes and semicolons in them. They are let pass there, and nowhere else.
@Configuration(proxyBeanMethods = false)
class GroupNamesInPaths {

    private static final String PATH = "/Groups/External/";

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> encodedSlashes() {
        return factory -> factory.addConnectorCustomizers(connector -> {
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        });
    }

    @Bean
    HttpFirewall httpFirewall() {
        var strict = new StrictHttpFirewall();
        var permissive = new StrictHttpFirewall();
        permissive.setAllowUrlEncodedSlash(true);
        permissive.setAllowSemicolon(true);
        permissive.setAllowBackSlash(true);
        permissive.setAllowUrlEncodedPercent(true);
        return new HttpFirewall() {
            @Override
            public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
                return (request.getRequestURI().startsWith(PATH) ? permissive : strict).getFirewalledRequest(request);
            }

            @Override
            public HttpServletResponse getFirewalledResponse(HttpServletResponse response) {
                return strict.getFirewalledResponse(response);
            }
        };
    }

    @Bean
    RequestRejectedHandler requestRejectedHandler(Answers answers) {
        return (request, response, exception) -> answers.write(
                response,
                UaaFault.of(
                        400, "invalid_request", "The request's path or a header holds characters that are refused."));
    }
}
