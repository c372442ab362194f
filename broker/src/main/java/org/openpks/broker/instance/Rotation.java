package org.openpks.broker.instance;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.adapter.CertificateRotation;
import org.openpks.adapter.CertificateRotation.Scope;
import org.openpks.bosh.Certificate;
import org.openpks.bosh.CredHub;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.manifest.ManifestText;
import org.openpks.kernel.Fault;
import org.openpks.kernel.Pem;

/// Makes the new certificates of a rotation in CredHub, before each of its deploys.
///
/// An authority is trusted by all before it signs, and signs everything before the old one is dropped. How far it is
/// stands in CredHub alone, by which of its versions is transitional: none, the newer one (trusted and not yet
/// signing), or the older one (no longer signing and still trusted). Every step looks first and does what is missing,
/// so it may be cut off anywhere and done again. A rotation that failed leaves both trusted; the next one goes on
/// from there.
final class Rotation {

    /// Whose drain empties a node. Pods run on while the programs around them are started anew.
    private static final String NODE_JOB = "kubelet";

    private final CredHub credhub;
    private final DirectorCheck check;

    Rotation(CredHub credhub, DirectorCheck check) {
        this.credhub = credhub;
        this.check = check;
    }

    static int deploys(CertificateRotation wish) {
        return wish.scope() == Scope.ALL ? 3 : 1;
    }

    /// What a rotation of authorities is at, for people.
    /// @param deploysBefore how many of its deploys are over
    static String step(int deploysBefore) {
        return switch (deploysBefore) {
            case 0 -> "step 1 of 3, the new certificate authorities become trusted";
            case 1 -> "step 2 of 3, the new certificate authorities sign all certificates";
            default -> "step 3 of 3, the old certificate authorities are dropped";
        };
    }

    /// What is said of an operation that succeeded.
    static String completed(OperationType type, int deploys) {
        return type.completed()
                + (deploys > 1
                        ? ". The cluster has new certificate authorities: kubeconfigs hold the old ones and have to be"
                                + " fetched again."
                        : "");
    }

    /// The instance groups that are not emptied while certificates change.
    List<String> undrained(ManifestText manifest) {
        return manifest.groupsWith(NODE_JOB);
    }

    /// Makes what the next deploy shall bring to the machines.
    /// @param stage how many deploys came before
    /// @throws Fault [BrokerFault#MISCONFIGURED] when CredHub does not tell both authorities
    void prepare(String deployment, CertificateRotation wish, int stage) {
        var certificates = certificates(deployment);
        var authorities = certificates.stream().filter(Certificate::authority).toList();
        if (wish.scope() == Scope.LEAF) {
            authorities.forEach(credhub::regenerateSignedBy);
        } else if (stage == 0) {
            trust(authorities, certificates);
        } else if (!sign(authorities, certificates) && stage > 1) {
            drop(authorities);
        }
    }

    /// Whether an authority is not yet, or still, trusted beside the one that signs.
    boolean unfinished(String deployment, CertificateRotation wish) {
        return wish.scope() == Scope.ALL
                && certificates(deployment).stream()
                        .anyMatch(one -> one.authority() && one.transitional().isPresent());
    }

    private List<Certificate> certificates(String deployment) {
        return credhub.certificates(path(check.name(), deployment));
    }

    /// What the names of a deployment's variables start with.
    static String path(String director, String deployment) {
        return "/" + director + "/" + deployment + "/";
    }

    private void trust(List<Certificate> authorities, List<Certificate> certificates) {
        for (var authority : authorities) {
            if (authority.transitional().isEmpty()) {
                credhub.regenerate(authority, true);
            }
            for (var leaf : signedBy(authority, certificates)) {
                requireBoth(leaf);
            }
        }
    }

    /// Machines learn whom to trust from what an authority signed, and a CredHub tells both there only when it is set
    /// so. One that was not when the authority got its new version tells them in what is made later.
    private void requireBoth(Certificate leaf) {
        if (tellsBoth(leaf)) {
            return;
        }
        credhub.regenerate(leaf, false);
        if (!tellsBoth(leaf)) {
            throw new Fault(
                    BrokerFault.MISCONFIGURED,
                    "CredHub does not tell the new certificate authority beside the old one. Set its property"
                            + " credhub.certificates.concatenate_cas to true, and try again.",
                    "certificate=" + leaf.name());
        }
    }

    private boolean tellsBoth(Certificate leaf) {
        return part(leaf, "ca").map(pem -> Pem.certificates(pem).size() > 1).orElse(false);
    }

    /// Lets new authorities sign, and signs by them what they did not sign.
    /// @return whether there was anything to do
    private boolean sign(List<Certificate> authorities, List<Certificate> certificates) {
        boolean changed = false;
        for (var authority : authorities) {
            var newest = authority.versions().getFirst();
            if (newest.transitional()) {
                credhub.setTransitional(authority, authority.current());
                changed = true;
            }
            var signing = part(authority, "certificate").map(Rotation::first);
            for (var leaf : signedBy(authority, certificates)) {
                if (!part(leaf, "ca").map(Rotation::first).equals(signing)) {
                    credhub.regenerate(leaf, false);
                    changed = true;
                }
            }
        }
        return changed;
    }

    private void drop(List<Certificate> authorities) {
        for (var authority : authorities) {
            if (authority.transitional().isPresent()) {
                credhub.setTransitional(authority, Optional.empty());
            }
        }
    }

    private static List<Certificate> signedBy(Certificate authority, List<Certificate> certificates) {
        return certificates.stream()
                .filter(one ->
                        one.signedBy().equals(authority.name()) && !one.name().equals(authority.name()))
                .toList();
    }

    /// A part of the current version.
    private Optional<String> part(Certificate certificate, String key) {
        return credhub.get(certificate.name())
                .filter(Map.class::isInstance)
                .map(value -> ((Map<?, ?>) value).get(key))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    private static X509Certificate first(String pem) {
        return Pem.certificates(pem).getFirst();
    }
}
