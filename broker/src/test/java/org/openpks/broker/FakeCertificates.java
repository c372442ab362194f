package org.openpks.broker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.CertificateAuthority;

/// A CredHub's certificates with their versions, and what the machines of each deployment got of them.
///
/// While a deploy runs some machines have what it brings and others what the last one brought. So every deploy is
/// checked: what one side shows must be signed by an authority that the other side trusts.
final class FakeCertificates {

    static final List<String> AUTHORITIES = List.of("kubernetes_ca", "etcd_ca");
    private static final Map<String, String> LEAVES =
            Map.of("tls-kubernetes-admin", "kubernetes_ca", "tls-etcdctl", "etcd_ca");

    /// Whether a value tells the transitional authority beside the one that signed it.
    boolean concatenates = true;

    final List<String> violations = new ArrayList<>();
    private final Map<String, List<Version>> certificates = new TreeMap<>();
    private final Map<String, Map<String, Seen>> machines = new TreeMap<>();
    private int number;

    /// @param signer the authority's certificate; its own when it signs itself
    private record Version(
            String id,
            String certificate,
            String signer,
            @Nullable String trusted,
            boolean transitional,
            Instant end) {
        Version transitional(boolean next) {
            return new Version(id, certificate, signer, trusted, next, end);
        }
    }

    /// What machines show and trust, by one leaf.
    private record Seen(String signer, Set<String> trusted) {
        @Override
        public String toString() {
            return "signed by %s, trusting %s"
                    .formatted(
                            signer.hashCode(),
                            trusted.stream().map(String::hashCode).toList());
        }
    }

    /// A deploy makes what is missing and takes what is current.
    void deploy(String path) {
        for (var authority : AUTHORITIES) {
            certificates.computeIfAbsent(path + authority, name -> new ArrayList<>(List.of(authority(false))));
        }
        LEAVES.forEach((leaf, authority) ->
                certificates.computeIfAbsent(path + leaf, name -> new ArrayList<>(List.of(leaf(path + authority)))));
        var before = machines.getOrDefault(path, Map.of());
        var next = new TreeMap<String, Seen>();
        for (var leaf : LEAVES.keySet()) {
            var version = current(path + leaf);
            var seen = new Seen(
                    version.signer(),
                    Stream.of(Optional.of(version.signer()), Optional.ofNullable(version.trusted()))
                            .flatMap(Optional::stream)
                            .collect(Collectors.toSet()));
            next.put(leaf, seen);
            var old = before.getOrDefault(leaf, seen);
            if (!old.trusted().contains(seen.signer()) || !seen.trusted().contains(old.signer())) {
                violations.add("%s%s: %s meets %s".formatted(path, leaf, old, seen));
            }
        }
        machines.put(path, next);
    }

    /// The deployment's machines are gone.
    void delete(String path) {
        machines.remove(path);
    }

    /// The current version's id.
    String id(String name) {
        return current(name).id();
    }

    boolean settled(String path) {
        return certificates.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(path))
                .flatMap(entry -> entry.getValue().stream())
                .noneMatch(Version::transitional);
    }

    /// Whether machines show and trust nothing but what the current authorities signed.
    boolean machinesHaveOnlyCurrent(String path) {
        return LEAVES.entrySet().stream().allMatch(entry -> {
            var authority = current(path + entry.getValue()).certificate();
            return machines.get(path).get(entry.getKey()).equals(new Seen(authority, Set.of(authority)));
        });
    }

    List<String> below(String prefix) {
        return certificates.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    boolean remove(String name) {
        return certificates.remove(name) != null;
    }

    void clear() {
        certificates.clear();
        machines.clear();
        violations.clear();
        concatenates = true;
    }

    /// The current value; null when there is none.
    @Nullable
    Map<String, Object> value(String name) {
        if (!certificates.containsKey(name)) {
            return null;
        }
        var version = current(name);
        return Map.of(
                "ca",
                version.signer() + Optional.ofNullable(version.trusted()).orElse(""),
                "certificate",
                version.certificate(),
                "private_key",
                "KEY");
    }

    /// The body of `GET /api/v1/certificates`.
    Map<String, Object> list() {
        return Map.of(
                "certificates", certificates.keySet().stream().map(this::view).toList());
    }

    private Map<String, Object> view(String name) {
        var view = new LinkedHashMap<String, Object>();
        view.put("id", "id-of-" + name.replace('/', '_'));
        view.put("name", name);
        view.put("signed_by", signedBy(name));
        view.put(
                "versions",
                certificates.get(name).stream()
                        .map(version -> Map.of(
                                "id",
                                version.id(),
                                "expiry_date",
                                version.end().toString(),
                                "transitional",
                                version.transitional(),
                                "certificate_authority",
                                isAuthority(name)))
                        .toList());
        return view;
    }

    private static boolean isAuthority(String name) {
        return AUTHORITIES.stream().anyMatch(authority -> name.endsWith("/" + authority));
    }

    private static String signedBy(String name) {
        var slash = name.lastIndexOf('/') + 1;
        return name.substring(0, slash) + LEAVES.getOrDefault(name.substring(slash), name.substring(slash));
    }

    Optional<String> named(String id) {
        return certificates.keySet().stream()
                .filter(name -> ("id-of-" + name.replace('/', '_')).equals(id))
                .findFirst();
    }

    /// @return false when there is a transitional version already
    boolean regenerate(String name, boolean transitional) {
        if (transitional && certificates.get(name).stream().anyMatch(Version::transitional)) {
            return false;
        }
        certificates.get(name).addFirst(isAuthority(name) ? authority(transitional) : leaf(signedBy(name)));
        if (transitional) {
            tellSigned(name);
        }
        return true;
    }

    void regenerateSignedBy(String authority) {
        signed(authority).forEach(leaf -> certificates.get(leaf).addFirst(leaf(authority)));
    }

    void transitional(String name, String version) {
        certificates.get(name).replaceAll(one -> one.transitional(one.id().equals(version)));
        tellSigned(name);
    }

    private void tellSigned(String authority) {
        for (var name : signed(authority)) {
            var now = current(name);
            var others = certificates.get(authority).stream()
                    .filter(version -> version.transitional() || version == current(authority))
                    .map(Version::certificate)
                    .filter(one -> !one.equals(now.signer()))
                    .toList();
            boolean both = certificates.get(authority).stream().anyMatch(Version::transitional);
            certificates
                    .get(name)
                    .addFirst(new Version(
                            "v" + ++number,
                            now.certificate(),
                            now.signer(),
                            both && concatenates && !others.isEmpty() ? others.getFirst() : null,
                            false,
                            now.end()));
        }
    }

    private List<String> signed(String authority) {
        return certificates.keySet().stream()
                .filter(name -> !isAuthority(name) && signedBy(name).equals(authority))
                .toList();
    }

    private Version current(String name) {
        return certificates.get(name).stream()
                .filter(version -> !version.transitional())
                .findFirst()
                .orElseThrow();
    }

    private Version authority(boolean transitional) {
        var pem = CertificateAuthority.create(
                        "ca", CertificateAuthority.ec(), Duration.ofDays(40), InstantSource.system())
                .certificatePem();
        return new Version("v" + ++number, pem, pem, null, transitional, end(40));
    }

    private Version leaf(String authority) {
        var trusted = certificates.get(authority).stream()
                .filter(Version::transitional)
                .map(Version::certificate)
                .filter(any -> concatenates)
                .findFirst();
        return new Version(
                "v" + ++number,
                "LEAF " + number,
                current(authority).certificate(),
                trusted.orElse(null),
                false,
                end(20));
    }

    private static Instant end(int days) {
        return Instant.now().plus(Duration.ofDays(days)).plusSeconds(60);
    }
}
