package org.openpks.api.profile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.openpks.kernel.Fault;
import org.openpks.kernel.Pem;

/// The files that kube-apiserver may get from a checked customization, and what must stand in them.
enum FileContent {
    ENCRYPTION("encryption-provider-config") {
        @Override
        void check(String content, Function<String, Fault> problem) {
            EncryptionConfiguration.parse(content, problem);
        }
    },
    OIDC_CA("oidc-ca-file") {
        @Override
        void check(String content, Function<String, Fault> problem) {
            if (content.contains("PRIVATE KEY")) {
                throw problem.apply("holds a private key; please send the certificate alone");
            }
            try {
                if (!Pem.certificates(content).isEmpty()) {
                    return;
                }
            } catch (IllegalArgumentException e) {
                throw problem.apply("must be a certificate in PEM form");
            }
            throw problem.apply("must be a certificate in PEM form");
        }
    },
    AUDIT_POLICY("audit-policy-file") {
        @Override
        void check(String content, Function<String, Fault> problem) {
            var document = SafeYaml.mapping(content, problem);
            kind(document, "audit.k8s.io/v1", "Policy", problem);
            if (!(document.get("rules") instanceof List<?> rules) || rules.isEmpty()) {
                throw problem.apply("must have a list that is not empty at rules");
            }
        }
    },
    AUDIT_WEBHOOK("audit-webhook-config-file") {
        @Override
        void check(String content, Function<String, Fault> problem) {
            var document = SafeYaml.mapping(content, problem);
            kind(document, "v1", "Config", problem);
            refuse(document, problem);
        }

        /// A kubeconfig may name programs to run and files to send.
        private void refuse(Object node, Function<String, Fault> problem) {
            switch (node) {
                case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        if (FOREIGN.contains(String.valueOf(key))) {
                            throw problem.apply(
                                    "must not have '%s', which names a program or a file of the master".formatted(key));
                        }
                        if (value != null) {
                            refuse(value, problem);
                        }
                    });
                case List<?> list ->
                    list.forEach(value -> {
                        if (value != null) {
                            refuse(value, problem);
                        }
                    });
                default -> {}
            }
        }
    };

    /// In characters.
    static final int LONGEST = 64 * 1024;

    private static final Set<String> FOREIGN =
            Set.of("exec", "auth-provider", "tokenFile", "client-certificate", "client-key", "certificate-authority");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/\\s]+={0,2}\\s*");

    private final String flag;

    FileContent(String flag) {
        this.flag = flag;
    }

    /// The flag of kube-apiserver that names the file.
    String flag() {
        return flag;
    }

    /// @param problem makes the fault from the end of a sentence about the file
    /// @throws Fault when the file cannot be what the flag needs
    abstract void check(String content, Function<String, Fault> problem);

    /// The content of a file, which clients send as it is or in base64.
    static String decoded(String value) {
        if (!BASE64.matcher(value).matches()) {
            return value;
        }
        try {
            var bytes = Base64.getMimeDecoder().decode(value);
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // Whatever the components read has one of these; a word that happens to be base64 has not.
            return text.contains(":") || text.contains("-----BEGIN ") ? text : value;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return value;
        }
    }

    static void kind(Map<?, ?> document, String version, String kind, Function<String, Fault> problem) {
        if (!version.equals(document.get("apiVersion")) || !kind.equals(document.get("kind"))) {
            throw problem.apply("must be of apiVersion %s and kind %s".formatted(version, kind));
        }
    }
}
