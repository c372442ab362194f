package org.openpks.api.profile;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Audit;
import org.openpks.api.access.Caller;
import org.openpks.api.storage.Transactions;
import org.openpks.kernel.Fault;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;

/// What callers may do with kubernetes profiles: administrators with all of them, managers with their own. Who may read
/// everything sees them without the contents of their files.
@Service
public class KubernetesProfileService {

    private static final String CHECKED = "customizations";

    private final KubernetesProfiles profiles;
    private final Transactions transactions;
    private final InstantSource clock;

    KubernetesProfileService(KubernetesProfiles profiles, Transactions transactions, InstantSource clock) {
        this.profiles = profiles;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// A profile as a request has it.
    public record Order(
            @Nullable String name,
            @Nullable String description,
            @Nullable List<Customization.@Nullable Given> customizations,
            @Nullable List<Customization.@Nullable Given> experimental) {}

    /// Those that the caller may see, by name.
    public List<KubernetesProfile> list(Caller caller) {
        return caller.seesAll() ? profiles.all() : profiles.ownedBy(caller.principal());
    }

    /// @throws Fault with [ProfileFault#PROFILE_UNKNOWN] when there is none, or none that the caller may see
    public KubernetesProfile show(Caller caller, String name) {
        var profile = profiles.find(name).orElseThrow(() -> Sentences.unknown("Kubernetes", name));
        if (!caller.sees(profile.owner())) {
            Audit.foreign(profile.owner());
            throw Sentences.unknown("Kubernetes", name);
        }
        return profile;
    }

    /// @throws Fault naming what is wrong with it, for the newest Kubernetes when no version takes it
    public KubernetesProfile create(Caller caller, Order order) {
        if (!caller.creates()) {
            throw Sentences.notAllowed();
        }
        var name = ProfileName.checked(order.name(), ProfileName.LONGEST);
        Audit.note("profile", name);
        var description = ProfileName.description(order.description());
        var checked = CustomizationRules.read(CHECKED, order.customizations(), true);
        var experimental = CustomizationRules.read("experimental_customizations", order.experimental(), false);
        if (checked.isEmpty() && experimental.isEmpty()) {
            throw ProfileFault.rule(CHECKED, "is missing");
        }
        refuseForEveryVersion(checked);
        var profile = new KubernetesProfile(
                UUID.randomUUID(),
                name,
                description,
                caller.principal(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                checked,
                experimental);
        try {
            profiles.insert(profile);
        } catch (DuplicateKeyException e) {
            throw Sentences.taken("kubernetes", name, e);
        }
        return profile;
    }

    private static void refuseForEveryVersion(List<Customization> checked) {
        var problems = ComponentFlags.KNOWN.stream()
                .map(flags -> CustomizationRules.problem(CHECKED, checked, flags))
                .toList();
        if (problems.stream().allMatch(Optional::isPresent)) {
            throw problems.getFirst().orElseThrow();
        }
    }

    /// @throws Fault with [ProfileFault#PROFILE_IN_USE], whose sentence names the clusters that the caller sees
    public void delete(Caller caller, String name) {
        if (!caller.creates()) {
            throw Sentences.notAllowed();
        }
        Audit.note("profile", name);
        var profile = show(caller, name);
        if (!caller.manages(profile.owner())) {
            throw Sentences.notAllowed();
        }
        transactions.run(() -> {
            profiles.lock(profile.id());
            var users = profiles.users(profile.id());
            if (!users.isEmpty()) {
                var seen = users.stream()
                        .filter(user -> caller.sees(user.owner()))
                        .map(KubernetesProfiles.User::cluster)
                        .toList();
                throw Sentences.inUse("Kubernetes", name, seen, users.size() - seen.size());
            }
            profiles.delete(profile.id());
            return name;
        });
    }

    /// The profile that a cluster shall have; it cannot be deleted before the transaction ends.
    /// @param version the Kubernetes version of the cluster
    /// @throws Fault when there is none that the caller may use, or when that Kubernetes does not take it
    public KubernetesProfile chosen(Caller caller, String name, String version) {
        var profile = profiles.keep(name)
                .filter(one -> caller.manages(one.owner()))
                .orElseThrow(() -> Sentences.notFound("kubernetes", name));
        refusal(profile, version).ifPresent(problem -> {
            throw problem;
        });
        return profile;
    }

    /// Why clusters of a Kubernetes version cannot have the profile; empty when they can.
    private static Optional<Fault> refusal(KubernetesProfile profile, String version) {
        return CustomizationRules.problem(CHECKED, profile.customizations(), ComponentFlags.of(version))
                .map(problem -> new Fault(
                        ProfileFault.PROFILE_REFUSED,
                        "Kubernetes profile '%s' does not fit Kubernetes %s: %s"
                                .formatted(profile.name(), version, problem.userMessage()),
                        problem.detail(),
                        problem));
    }

    /// Refuses to take a cluster to a Kubernetes version that its profile does not fit.
    public void checkUpgrade(UUID profile, String version) {
        profiles.find(profile).flatMap(one -> refusal(one, version)).ifPresent(problem -> {
            throw problem;
        });
    }

    /// Refuses a profile after which data of a cluster could not be read any more.
    /// @param next empty when the cluster shall have no profile
    /// @param encryption the profile whose keys the cluster's data may be encrypted with
    public void checkEncryption(Optional<KubernetesProfile> next, UUID encryption) {
        var needed = profiles.find(encryption).orElseThrow();
        var keys = needed.encryption().orElseThrow();
        if (next.flatMap(KubernetesProfile::encryption)
                .filter(now -> now.reads(keys))
                .isEmpty()) {
            throw new Fault(
                    ProfileFault.PROFILE_REFUSED,
                    ("The cluster's data is encrypted with the keys of kubernetes profile '%s' and could not be read any more. "
                                    + "Please use a profile whose encryption-provider-config has all providers and keys of that one.")
                            .formatted(needed.name()),
                    "profile=" + encryption);
        }
    }

    /// A profile that a cluster has.
    public KubernetesProfile withId(UUID id) {
        return profiles.find(id).orElseThrow();
    }
}
