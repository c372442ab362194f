package org.openpks.uaa.provider;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.openpks.uaa.UaaSettings;
import org.springframework.stereotype.Component;

/// The identity providers that the settings name. A SAML provider would be one [by browser][#byBrowser()].
@Component
public class Providers {

    private final List<PasswordProvider> byPassword;
    private final List<OidcProvider> oidc;

    Providers(UaaSettings settings) {
        byPassword = Optional.ofNullable(settings.ldap()).<PasswordProvider>map(LdapProvider::new).stream()
                .toList();
        oidc = settings.oidc().stream()
                .map(provider -> new OidcProvider(provider, settings.url()))
                .toList();
        var seen = new HashSet<>(List.of("uaa", "ldap"));
        var issuers = new HashSet<String>();
        oidc.forEach(provider -> {
            if (!seen.add(provider.origin()) || !provider.origin().matches("[A-Za-z0-9._-]+")) {
                throw new IllegalArgumentException(
                        "openpks.uaa.oidc: the origin '%s' is taken, or is not made of letters, digits, or ._-"
                                .formatted(provider.origin()));
            }
            if (!issuers.add(provider.issuer())) {
                throw new IllegalArgumentException(
                        "openpks.uaa.oidc: two providers have the issuer " + provider.issuer());
            }
        });
    }

    public List<PasswordProvider> byPassword() {
        return byPassword;
    }

    public List<BrowserProvider> byBrowser() {
        return List.copyOf(oidc);
    }

    public List<AssertionProvider> byAssertion() {
        return List.copyOf(oidc);
    }
}
