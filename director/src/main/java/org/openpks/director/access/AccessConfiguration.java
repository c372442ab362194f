package org.openpks.director.access;

import java.time.InstantSource;
import org.openpks.component.token.AccessTokens;
import org.openpks.component.token.TokenKeys;
import org.openpks.director.settings.DirectorIdentity;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.kernel.TlsClients;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// A Director has a UAA or users of its own, never both.
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    @Bean
    Callers callers(DirectorSettings settings, DirectorIdentity identity, InstantSource clock) {
        var uaa = settings.uaa();
        return uaa == null
                ? new LocalUsers(settings.users())
                : new UaaTokens(
                        AccessTokens.decoder(
                                new TokenKeys(TlsClients.trusting(uaa.caFile()), uaa.tokenKeys(), clock),
                                uaa.issuer(),
                                clock),
                        identity.uuid());
    }
}
