package org.openpks.api.profile;

import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openpks.api.access.Audit;
import org.openpks.api.access.Caller;
import org.openpks.api.storage.Transactions;
import org.openpks.kernel.Fault;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;

/// What callers may do with network and compute profiles: administrators make and delete them, everybody sees them,
/// managers use them.
@Service
public class SharedProfileService {

    private static final String PARAMETERS = "parameters";

    private final SharedProfiles profiles;
    private final Transactions transactions;

    SharedProfileService(SharedProfiles profiles, Transactions transactions) {
        this.profiles = profiles;
        this.transactions = transactions;
    }

    /// By name.
    public List<SharedProfile> list(SharedProfile.Kind kind) {
        return profiles.all(kind);
    }

    /// @throws Fault with [ProfileFault#PROFILE_UNKNOWN]
    public SharedProfile show(SharedProfile.Kind kind, String name) {
        return profiles.find(kind, name).orElseThrow(() -> Sentences.unknown(kind.capital(), name));
    }

    /// @param given the parameters; not read for those who may not make profiles
    /// @throws Fault naming the first field that is wrong
    public SharedProfile create(
            Caller caller,
            SharedProfile.Kind kind,
            @Nullable String name,
            @Nullable String description,
            Supplier<JsonNode> given) {
        if (!caller.administers()) {
            throw Sentences.notAllowed();
        }
        var checked = ProfileName.checked(
                name,
                switch (kind) {
                    case NETWORK -> ProfileName.LONGEST;
                    case COMPUTE -> ComputeProfileRules.LONGEST_NAME;
                });
        Audit.note("profile", checked);
        var words = ProfileName.description(description);
        var parameters = given.get();
        switch (kind) {
            case NETWORK -> NetworkProfileRules.check(PARAMETERS, parameters);
            case COMPUTE -> ComputeProfileRules.read(PARAMETERS, parameters);
        }
        var profile = new SharedProfile(UUID.randomUUID(), checked, words, parameters.toString());
        try {
            profiles.insert(kind, profile);
        } catch (DuplicateKeyException e) {
            throw Sentences.taken(kind.word(), checked, e);
        }
        return profile;
    }

    /// @throws Fault with [ProfileFault#PROFILE_IN_USE], whose sentence names the clusters
    public void delete(Caller caller, SharedProfile.Kind kind, String name) {
        if (!caller.administers()) {
            throw Sentences.notAllowed();
        }
        Audit.note("profile", name);
        var profile = show(kind, name);
        transactions.run(() -> {
            profiles.lock(kind, profile.id());
            var users = profiles.users(kind, profile.id());
            if (!users.isEmpty()) {
                throw Sentences.inUse(kind.capital(), name, users, 0);
            }
            profiles.delete(kind, profile.id());
            return name;
        });
    }

    /// The compute profile that a cluster shall have; it cannot be deleted before the transaction ends.
    public ComputeProfile chosenCompute(String name) {
        return profiles.keep(SharedProfile.Kind.COMPUTE, name)
                .map(profile -> new ComputeProfile(profile.id(), profile.name(), profile.parameters()))
                .orElseThrow(() -> Sentences.notFound("compute", name));
    }

    /// Refuses the network profile that a cluster shall have.
    /// Once the product has NSX-T, this gives the profile, and the cluster keeps it.
    public void refuseNetwork(String name) {
        if (profiles.find(SharedProfile.Kind.NETWORK, name).isEmpty()) {
            throw Sentences.notFound("network", name);
        }
        throw new Fault(
                ProfileFault.PROFILE_REFUSED,
                "Network profiles need NSX-T, which this installation does not have; please leave network_profile_name out.",
                "field=network_profile_name");
    }
}
