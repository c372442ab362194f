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
import java.util.Date;
import java.util.List;
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
/// Certificates are X.509 v3 after RFC 5280 with SHA-256 signatures. A certificate begins one hour before now, so that
// a
/// machine whose clock lags accepts it at once.
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
        var name = name(commonName, List.of());
        return new CertificateAuthority(
                build(name, pair, name, pair, validity, clock, List.of(), true, false, false),
                pair.getPrivate(),
                clock);
    }

    /// Reads an authority from PEM texts.
    public static CertificateAuthority of(String certificatePem, String keyPem, InstantSource clock) {
        return new CertificateAuthority(Pem.certificates(certificatePem).getFirst(), Pem.privateKey(keyPem), clock);
    }

    /// Signs a certificate for the given key pair.
    public Issued issue(Leaf leaf, KeyPair pair) {
        var issued = build(
                name(leaf.commonName(), leaf.organizations()),
                pair,
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                new KeyPair(certificate.getPublicKey(), key),
                leaf.validity(),
                clock,
                leaf.alternativeNames(),
                false,
                leaf.serverAuth(),
                leaf.clientAuth());
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
            X500Name subject,
            KeyPair subjectPair,
            X500Name issuer,
            KeyPair issuerPair,
            Duration validity,
            InstantSource clock,
            List<String> alternativeNames,
            boolean authority,
            boolean serverAuth,
            boolean clientAuth) {
        var now = clock.instant();
        var serial = new BigInteger(127, RANDOM).setBit(126);
        try {
            var tools = new JcaX509ExtensionUtils();
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    serial,
                    Date.from(now.minus(CLOCK_LAG)),
                    Date.from(now.plus(validity)),
                    subject,
                    subjectPair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, tools.createSubjectKeyIdentifier(subjectPair.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    tools.createAuthorityKeyIdentifier(issuerPair.getPublic()));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            authority
                                    ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                                    : KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            addPurposes(builder, serverAuth, clientAuth);
            if (!alternativeNames.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, names(alternativeNames));
            }
            var algorithm =
                    issuerPair.getPrivate().getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : "SHA256withRSA";
            var signer = new JcaContentSignerBuilder(algorithm).build(issuerPair.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot sign a certificate for " + subject, e);
        }
    }

    private static void addPurposes(JcaX509v3CertificateBuilder builder, boolean serverAuth, boolean clientAuth)
            throws CertIOException {
        var purposes = new ArrayList<KeyPurposeId>();
        if (serverAuth) {
            purposes.add(KeyPurposeId.id_kp_serverAuth);
        }
        if (clientAuth) {
            purposes.add(KeyPurposeId.id_kp_clientAuth);
        }
        if (!purposes.isEmpty()) {
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
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
        builder.addRDN(BCStyle.CN, new DERUTF8String(commonName));
        return builder.build();
    }
}
