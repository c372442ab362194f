package org.openpks.api;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.openpks.component.WebComponent;
import org.openpks.component.WithDatabase;
import org.openpks.kernel.TlsClients;
import org.openpks.osb.HttpOsbClient;
import org.openpks.osb.OsbClient;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/// The PKS API as a part of the product.
@WebComponent
@WithDatabase
@ImportAutoConfiguration({ServletWebSecurityAutoConfiguration.class, SecurityFilterAutoConfiguration.class})
@EnableConfigurationProperties(ApiSettings.class)
@ComponentScan
public class ApiApplication {

    @Bean
    OsbClient osbClient(ApiSettings settings) {
        var broker = settings.broker();
        return new HttpOsbClient(client(broker.caFile()), broker.url(), broker.user(), broker.password());
    }

    private static HttpClient client(@Nullable Path authority) {
        if (authority != null) {
            return TlsClients.trusting(authority);
        }
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }
}
