package org.openpks.kernel;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority: its certificate and the key that signs with it.
///
/// Certificates are X.509 v3 after RFC 5280 with SHA-256 signatures. A certificate begins one hour before now, so
/// that a machine whose clock lags accepts it at once.
public record CertificateAuthority(X509Certificate certificate, PrivateKey key, InstantSource clock) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration CLOCK_LAG = Duration.ofHours(1);

    /// What a leaf certificate says.
    /// @param organizations the `O` attributes of the subject, which Kubernetes reads as groups
    /// @param alternativeNames DNS names and IP addresses, told apart by their form
    public record Leaf(
            String commonName,
            List<String> organizations,
            List<String> alternativeNames,
            boolean serverAuth,
            boolean clientAuth,
            Duration validity) {
        public Leaf {
            organizations = List.copyOf(organizations);
            alternativeNames = List.copyOf(alternativeNames);
        }
    }

    /// What a key may be used for (RFC 5280 4.2.1.3).
    public enum Usage {
        DIGITAL_SIGNATURE(KeyUsage.digitalSignature),
        NON_REPUDIATION(KeyUsage.nonRepudiation),
        KEY_ENCIPHERMENT(KeyUsage.keyEncipherment),
        DATA_ENCIPHERMENT(KeyUsage.dataEncipherment),
        KEY_AGREEMENT(KeyUsage.keyAgreement),
        KEY_CERT_SIGN(KeyUsage.keyCertSign),
        CRL_SIGN(KeyUsage.cRLSign),
        ENCIPHER_ONLY(KeyUsage.encipherOnly),
        DECIPHER_ONLY(KeyUsage.decipherOnly);

        private final int bit;

        Usage(int bit) {
            this.bit = bit;
        }

        /// Reads words like `key_encipherment`.
        public static Optional<Usage> of(String word) {
            return Arrays.stream(values())
                    .filter(usage -> usage.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    /// What a certificate may be used for (RFC 5280 4.2.1.12).
    public enum Purpose {
        SERVER_AUTH(KeyPurposeId.id_kp_serverAuth),
        CLIENT_AUTH(KeyPurposeId.id_kp_clientAuth),
        CODE_SIGNING(KeyPurposeId.id_kp_codeSigning),
        EMAIL_PROTECTION(KeyPurposeId.id_kp_emailProtection),
        TIMESTAMPING(KeyPurposeId.id_kp_timeStamping);

        private final KeyPurposeId id;

        Purpose(KeyPurposeId id) {
            this.id = id;
        }

        /// Reads words like `server_auth`.
        public static Optional<Purpose> of(String word) {
            return Arrays.stream(values())
                    .filter(purpose -> purpose.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    /// Everything that a certificate says, for those who need more than a [Leaf].
    /// @param commonName may be empty when there are organizations or alternative names
    /// @param authority whether it may sign others
    /// @param purposes empty = any
    public record Profile(
            String commonName,
            List<String> organizations,
            List<String> alternativeNames,
            boolean authority,
            List<Usage> usages,
            List<Purpose> purposes,
            Duration validity) {
        public Profile {
            organizations = List.copyOf(organizations);
            alternativeNames = List.copyOf(alternativeNames);
            usages = List.copyOf(usages);
            purposes = List.copyOf(purposes);
        }

        /// What keys of authorities, and what keys of servers and clients are for.
        public static List<Usage> usualUsages(boolean authority) {
            return authority
                    ? List.of(Usage.KEY_CERT_SIGN, Usage.CRL_SIGN)
                    : List.of(Usage.DIGITAL_SIGNATURE, Usage.KEY_ENCIPHERMENT);
        }
    }

    /// A certificate with its private key.
    public record Issued(X509Certificate certificate, PrivateKey key) {
        public String certificatePem() {
            return Pem.encode(certificate);
        }

        public String keyPem() {
            return Pem.encode(key);
        }
    }

    /// A new self-signed authority over the given key pair.
    public static CertificateAuthority create(String commonName, KeyPair pair, Duration validity, InstantSource clock) {
        var profile =
                new Profile(commonName, List.of(), List.of(), true, Profile.usualUsages(true), List.of(), validity);
        return new CertificateAuthority(selfSigned(profile, pair, clock).certificate(), pair.getPrivate(), clock);
    }

    /// A certificate that its own key signs.
    public static Issued selfSigned(Profile profile, KeyPair pair, InstantSource clock) {
        var name = name(profile.commonName(), profile.organizations());
        return new Issued(build(profile, name, pair, name, pair, clock), pair.getPrivate());
    }

    /// Reads an authority from PEM texts.
    public static CertificateAuthority of(String certificatePem, String keyPem, InstantSource clock) {
        return new CertificateAuthority(Pem.certificates(certificatePem).getFirst(), Pem.privateKey(keyPem), clock);
    }

    /// Signs a certificate for the given key pair.
    public Issued issue(Leaf leaf, KeyPair pair) {
        var purposes = new ArrayList<Purpose>();
        if (leaf.serverAuth()) {
            purposes.add(Purpose.SERVER_AUTH);
        }
        if (leaf.clientAuth()) {
            purposes.add(Purpose.CLIENT_AUTH);
        }
        return issue(
                new Profile(
                        leaf.commonName(),
                        leaf.organizations(),
                        leaf.alternativeNames(),
                        false,
                        Profile.usualUsages(false),
                        purposes,
                        leaf.validity()),
                pair);
    }

    /// Signs a certificate for the given key pair; with an authority's profile it is an intermediate one.
    public Issued issue(Profile profile, KeyPair pair) {
        var issued = build(
                profile,
                name(profile.commonName(), profile.organizations()),
                pair,
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                new KeyPair(certificate.getPublicKey(), key),
                clock);
        return new Issued(issued, pair.getPrivate());
    }

    public String certificatePem() {
        return Pem.encode(certificate);
    }

    /// An RSA key pair; 2048 bits take some 100 to 300 ms on one core.
    public static KeyPair rsa(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no RSA", e);
        }
    }

    /// A P-256 key pair; takes about a millisecond.
    public static KeyPair ec() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no P-256", e);
        }
    }

    private static X509Certificate build(
            Profile profile,
            X500Name subject,
            KeyPair subjectPair,
            X500Name issuer,
            KeyPair issuerPair,
            InstantSource clock) {
        var now = clock.instant();
        var serial = new BigInteger(127, RANDOM).setBit(126);
        try {
            var tools = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    serial,
                    Date.from(now.minus(CLOCK_LAG)),
                    Date.from(now.plus(profile.validity())),
                    subject,
                    subjectPair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(profile.authority()));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, tools.createSubjectKeyIdentifier(subjectPair.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    tools.createAuthorityKeyIdentifier(issuerPair.getPublic()));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(profile.usages().stream()
                            .mapToInt(usage -> usage.bit)
                            .reduce(0, (a, b) -> a | b)));
            if (!profile.purposes().isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(profile.purposes().stream()
                                .map(purpose -> purpose.id)
                                .toArray(KeyPurposeId[]::new)));
            }
            if (!profile.alternativeNames().isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, names(profile.alternativeNames()));
            }
            var algorithm =
                    issuerPair.getPrivate().getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : "SHA256withRSA";
            var signer = new JcaContentSignerBuilder(algorithm).build(issuerPair.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot sign a certificate for " + subject, e);
        }
    }

    private static GeneralNames names(List<String> alternativeNames) {
        return new GeneralNames(alternativeNames.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String name) {
        return name.contains(":") || name.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }

    private static X500Name name(String commonName, List<String> organizations) {
        var builder = new X500NameBuilder(BCStyle.INSTANCE);
        organizations.forEach(organization -> builder.addRDN(BCStyle.O, new DERUTF8String(organization)));
        if (!commonName.isEmpty()) {
            builder.addRDN(BCStyle.CN, new DERUTF8String(commonName));
        }
        return builder.build();
    }
}
