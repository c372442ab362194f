package org.openpks.uaa.authorize;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.uaa.UaaSettings;
import org.springframework.stereotype.Component;

/// How clients without a browser log in: what `/info` and `/login` say as JSON.
@Component
public class LoginInfo {

    private static final String VERSION = "77.19.0";

    private final UaaSettings settings;
    private final BrowserProviders providers;

    LoginInfo(UaaSettings settings, BrowserProviders providers) {
        this.settings = settings;
        this.providers = providers;
    }

    /// The prompts are arrays of exactly two strings. A passcode is asked for only when there are users who log
    /// in by browser alone, which keeps other log-ins scriptable.
    public Map<String, Object> json() {
        var prompts = new LinkedHashMap<String, Object>();
        prompts.put("username", List.of("text", "Email"));
        prompts.put("password", List.of("password", "Password"));
        if (!providers.links().isEmpty()) {
            prompts.put(
                    "passcode",
                    List.of(
                            "password",
                            "Temporary Authentication Code ( Get one at %s/passcode )".formatted(settings.url())));
        }
        var info = new LinkedHashMap<String, Object>();
        info.put("app", Map.of("version", VERSION));
        info.put(
                "links",
                Map.of(
                        "uaa",
                        url(""),
                        "login",
                        url(""),
                        "passwd",
                        url("/forgot_password"),
                        "register",
                        url("/create_account")));
        info.put("zone_name", "uaa");
        info.put("entityID", settings.url().getAuthority());
        info.put("idpDefinitions", idps());
        info.put("prompts", prompts);
        info.put("showLoginLinks", !providers.links().isEmpty());
        return info;
    }

    private Map<String, String> idps() {
        var idps = new LinkedHashMap<String, String>();
        providers.links().keySet().forEach(origin -> idps.put(origin, url("/login/external/" + origin)));
        return idps;
    }

    private String url(String path) {
        return settings.url() + path;
    }
}
