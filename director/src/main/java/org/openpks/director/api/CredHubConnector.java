package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.openpks.director.settings.DirectorSettings;
import org.springframework.boot.tomcat.SslConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/// The second port, on which the CredHub API listens with the certificate of the first.
@Component
public class CredHubConnector implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    private final @Nullable Integer port;
    private @Nullable Connector connector;

    CredHubConnector(DirectorSettings settings) {
        this.port = settings.credhubPort();
    }

    /// After Spring Boot has read the TLS settings.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        if (port == null) {
            return;
        }
        var made = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        made.setPort(port);
        made.setProperty("maxConnections", "2000");
        made.setProperty("connectionTimeout", "20000");
        made.setProperty("maxHttpRequestHeaderSize", "16384");
        var address = factory.getAddress();
        if (address != null) {
            made.setProperty("address", address.getHostAddress());
        }
        var ssl = factory.getSsl();
        if (ssl != null && Ssl.isEnabled(ssl)) {
            var bundle = WebServerSslBundle.get(ssl, factory.getSslBundles());
            new SslConnectorCustomizer(LogFactory.getLog(CredHubConnector.class), made, ssl.getClientAuth())
                    .customize(bundle, Map.of());
            made.setScheme("https");
            made.setSecure(true);
        }
        factory.addAdditionalConnectors(made);
        connector = made;
    }

    /// The port it listens on, or -1 when there is no CredHub API.
    public int port() {
        return connector == null ? -1 : connector.getLocalPort();
    }

    boolean serves(HttpServletRequest request) {
        return connector != null && request.getLocalPort() == connector.getLocalPort();
    }
}
