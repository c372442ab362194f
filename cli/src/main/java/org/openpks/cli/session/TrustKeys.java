package org.openpks.cli.session;

import org.openpks.cli.http.Trust;
import org.openpks.cli.yaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;

/// Whom to believe, as our files say it: by the keys `ca_cert` and `skip_ssl_validation`.
final class TrustKeys {
    private static final String AUTHORITY = "ca_cert";
    private static final String ANYONE = "skip_ssl_validation";

    private TrustKeys() {}

    static void put(MappingNode root, Trust trust) {
        switch (trust) {
            case Trust.Authority(var pem) -> Yaml.put(root, AUTHORITY, Yaml.string(pem.replace("\r\n", "\n")));
            case Trust.Anyone() -> Yaml.put(root, ANYONE, Yaml.string("true"));
            case Trust.System() -> {}
        }
    }

    static Trust get(MappingNode root) {
        if (Yaml.text(root, ANYONE).filter("true"::equals).isPresent()) {
            return new Trust.Anyone();
        }
        return Yaml.text(root, AUTHORITY)
                .filter(text -> !text.isBlank())
                .<Trust>map(Trust.Authority::new)
                .orElseGet(Trust.System::new);
    }
}
