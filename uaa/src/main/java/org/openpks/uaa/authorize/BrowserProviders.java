package org.openpks.uaa.authorize;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.openpks.uaa.provider.BrowserProvider;
import org.openpks.uaa.provider.Providers;
import org.springframework.stereotype.Component;

/// The identity providers that people can be sent to.
@Component
class BrowserProviders {

    private final Map<String, BrowserProvider> byOrigin = new LinkedHashMap<>();

    BrowserProviders(Providers providers) {
        providers.byBrowser().forEach(provider -> byOrigin.put(provider.origin(), provider));
    }

    Optional<BrowserProvider> find(String origin) {
        return Optional.ofNullable(byOrigin.get(origin));
    }

    /// What their links on the log-in page say, by origin.
    Map<String, String> links() {
        var links = new LinkedHashMap<String, String>();
        byOrigin.forEach((origin, provider) -> links.put(origin, provider.linkText()));
        return links;
    }
}
