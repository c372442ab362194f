package org.openpks.director.variable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.settings.DirectorSettings.KeyType;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.kernel.CertificateAuthority.Profile;
import org.openpks.kernel.CertificateAuthority.Purpose;
import org.openpks.kernel.CertificateAuthority.Usage;
import org.openpks.kernel.Pem;
import org.springframework.stereotype.Component;

/// Makes values of the types that CredHub makes (docs-bosh, `variable-types`).
@Component
class Generator {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PASSWORD = 30;
    private static final int YEAR = 365;

    private final KeyPool keys;
    private final KeyType certificateKeys;
    private final InstantSource clock;

    Generator(KeyPool keys, DirectorSettings settings, InstantSource clock) {
        this.keys = keys;
        this.certificateKeys = settings.certificateKeyType();
        this.clock = clock;
    }

    /// Makes a value.
    /// @param lookup finds the value of another variable, for the authority that signs
    Object generate(String name, String type, Map<String, Object> given, Function<String, Optional<Object>> lookup) {
        var options = new Options(name, given);
        return switch (type) {
            case "password" -> password(options);
            case "user" -> user(options);
            case "rsa" -> rsa(options);
            case "ssh" -> ssh(options);
            case "certificate" -> certificate(options, lookup);
            default -> throw options.invalid("there is no type '" + type + "'");
        };
    }

    private static String password(Options options) {
        var alphabet = new StringBuilder();
        if (!options.flag("exclude_upper")) {
            alphabet.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        }
        if (!options.flag("exclude_lower")) {
            alphabet.append("abcdefghijklmnopqrstuvwxyz");
        }
        if (!options.flag("exclude_number")) {
            alphabet.append("0123456789");
        }
        if (options.flag("include_special")) {
            alphabet.append("!#$%&()*,-./:;<=>?@[]^_`{|}~");
        }
        if (alphabet.isEmpty()) {
            throw options.invalid("every kind of character is excluded");
        }
        return random(alphabet, options.number("length", PASSWORD, 4, 200));
    }

    private static String random(CharSequence alphabet, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(RANDOM.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static Map<String, Object> user(Options options) {
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var password = password(options);
        var value = new LinkedHashMap<String, Object>();
        value.put("username", options.text("username", random(letters, 20)));
        value.put("password", password);
        value.put("password_hash", Sha512Crypt.hash(password, random(letters + "0123456789", 16)));
        return value;
    }

    private Map<String, Object> rsa(Options options) {
        var pair = keys.rsa(bits(options));
        var value = new LinkedHashMap<String, Object>();
        value.put("public_key", Pem.encode("PUBLIC KEY", pair.getPublic().getEncoded()));
        value.put("private_key", privateKey(pair.getPrivate()));
        return value;
    }

    private Map<String, Object> ssh(Options options) {
        var pair = keys.rsa(bits(options));
        var key = sshKey((RSAPublicKey) pair.getPublic());
        var comment = options.text("ssh_comment", "");
        var value = new LinkedHashMap<String, Object>();
        value.put("public_key", ("ssh-rsa " + Base64.getEncoder().encodeToString(key) + " " + comment).strip());
        value.put("private_key", privateKey(pair.getPrivate()));
        value.put("public_key_fingerprint", Base64.getEncoder().withoutPadding().encodeToString(sha256(key)));
        return value;
    }

    private static int bits(Options options) {
        int bits = options.number("key_length", KeyPool.BITS, 2048, 8192);
        if (bits % 1024 != 0) {
            throw options.invalid("'key_length' must be 2048, 3072, 4096 or a greater multiple of 1024");
        }
        return bits;
    }

    /// RFC 4253: three fields, each with its length before it.
    private static byte[] sshKey(RSAPublicKey key) {
        var name = "ssh-rsa".getBytes(StandardCharsets.US_ASCII);
        var exponent = key.getPublicExponent().toByteArray();
        var modulus = key.getModulus().toByteArray();
        return ByteBuffer.allocate(12 + name.length + exponent.length + modulus.length)
                .putInt(name.length)
                .put(name)
                .putInt(exponent.length)
                .put(exponent)
                .putInt(modulus.length)
                .put(modulus)
                .array();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }

    /// RSA keys stand in the form of PKCS #1, as CredHub and OpenSSH write them; others in PKCS #8.
    private static String privateKey(PrivateKey key) {
        if (!key.getAlgorithm().equals("RSA")) {
            return Pem.encode(key);
        }
        try {
            return Pem.encode(
                    "RSA PRIVATE KEY",
                    PrivateKeyInfo.getInstance(key.getEncoded())
                            .parsePrivateKey()
                            .toASN1Primitive()
                            .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("an RSA key has no PKCS #1 form", e);
        }
    }

    private Map<String, Object> certificate(Options options, Function<String, Optional<Object>> lookup) {
        boolean authority = options.flag("is_ca");
        var profile = profile(options, authority);
        var pair = keyPair(options);
        var signer = options.text("ca", "");
        var value = new LinkedHashMap<String, Object>();
        if (signer.isEmpty()) {
            var issued = CertificateAuthority.selfSigned(profile, pair, clock);
            value.put("ca", issued.certificatePem());
            value.put("certificate", issued.certificatePem());
        } else {
            var parent = authority(options, signer, lookup);
            value.put("ca", parent.certificatePem());
            value.put("certificate", parent.issue(profile, pair).certificatePem());
        }
        value.put("private_key", privateKey(pair.getPrivate()));
        return value;
    }

    private KeyPair keyPair(Options options) {
        // Asking for a length asks for RSA, the only kind whose length can be chosen.
        return certificateKeys == KeyType.EC && !options.values().containsKey("key_length")
                ? CertificateAuthority.ec()
                : keys.rsa(bits(options));
    }

    private CertificateAuthority authority(Options options, String signer, Function<String, Optional<Object>> lookup) {
        var value = lookup.apply(signer)
                .orElseThrow(() -> options.invalid("its authority '" + signer + "' does not exist"));
        if (!(value instanceof Map<?, ?> map)
                || !(map.get("certificate") instanceof String certificate)
                || !(map.get("private_key") instanceof String key)) {
            throw options.invalid("'" + signer + "' is not a certificate with a key");
        }
        var authority = CertificateAuthority.of(certificate, key, clock);
        if (authority.certificate().getBasicConstraints() < 0) {
            throw options.invalid("'" + signer + "' is not an authority");
        }
        return authority;
    }

    private static Profile profile(Options options, boolean authority) {
        var usages = options.texts("key_usage").stream()
                .map(word -> Usage.of(word).orElseThrow(() -> options.invalid("there is no key usage '" + word + "'")))
                .toList();
        var purposes = options.texts("extended_key_usage").stream()
                .map(word -> Purpose.of(word)
                        .orElseThrow(() -> options.invalid("there is no extended key usage '" + word + "'")))
                .toList();
        var names = options.texts("alternative_names");
        var commonName = options.text("common_name", "");
        if (commonName.isEmpty()
                && names.isEmpty()
                && options.texts("organization").isEmpty()) {
            throw options.invalid("a certificate needs 'common_name', 'alternative_names' or 'organization'");
        }
        return new Profile(
                commonName,
                options.texts("organization"),
                names,
                authority,
                usages.isEmpty() ? Profile.usualUsages(authority) : usages,
                purposes,
                Duration.ofDays(options.number("duration", YEAR, 1, 3650)));
    }
}
