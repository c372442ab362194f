package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.director.access.Caller;
import org.openpks.director.settings.DirectorIdentity;
import org.openpks.director.settings.DirectorSettings;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class InfoController {

    /// The Director whose API this is; clients decide by it what they may ask for.
    private static final String VERSION = "282.0.0 (00000000)";

    private final DirectorSettings settings;
    private final DirectorIdentity identity;

    InfoController(DirectorSettings settings, DirectorIdentity identity) {
        this.settings = settings;
        this.identity = identity;
    }

    @GetMapping("/info")
    Map<String, Object> info(HttpServletRequest request) {
        var user = Caller.of(request);
        var info = new LinkedHashMap<String, Object>();
        info.put("name", settings.name());
        info.put("uuid", identity.uuid());
        info.put("version", VERSION);
        info.put("user", user.isEmpty() ? null : user);
        info.put("cpi", settings.cpi());
        info.put("stemcell_os", "-");
        info.put("stemcell_version", "-");
        info.put("user_authentication", userAuthentication());
        var features = new LinkedHashMap<String, Object>();
        features.put("local_dns", Map.of("status", false, "extras", Map.of("domain_name", "bosh")));
        features.put("snapshots", Map.of("status", false));
        var url = settings.credhubUrl();
        features.put(
                "config_server",
                Map.of("status", url != null, "extras", Map.of("urls", url == null ? List.of() : List.of(url))));
        info.put("features", features);
        return info;
    }

    private Map<String, Object> userAuthentication() {
        var uaa = settings.uaa();
        return uaa == null
                ? Map.of("type", "basic", "options", Map.of())
                : Map.of(
                        "type",
                        "uaa",
                        "options",
                        Map.of(
                                "url",
                                uaa.url().toString(),
                                "urls",
                                List.of(uaa.url().toString())));
    }
}
