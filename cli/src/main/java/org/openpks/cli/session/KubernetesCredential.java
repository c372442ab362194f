package org.openpks.cli.session;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.openpks.cli.http.Trust;

/// What programs show a cluster in the name of the user. Ends by itself, soon.
public sealed interface KubernetesCredential {
    /// What is left of a token's life when it is no longer handed out.
    Duration MARGIN = Duration.ofSeconds(60);

    /// The token that the cluster takes.
    String token();

    /// When the token ends.
    Instant ends();

    /// True while the token can be used for a request and some that follow.
    default boolean isFresh(InstantSource clock) {
        return clock.instant().plus(MARGIN).isBefore(ends());
    }

    /// A log-in at the UAA, for clusters that take its users.
    /// @param token the id token
    /// @param refresh for the next one
    record Login(URI uaa, Trust trust, String client, String token, Instant ends, String refresh)
            implements KubernetesCredential {
        @Override
        public String toString() {
            return "Login[...]";
        }
    }

    /// An account of the user in the cluster.
    /// @param identity its name
    /// @param server the cluster's API
    record Account(String identity, URI server, Trust trust, String token, Instant ends)
            implements KubernetesCredential {
        @Override
        public String toString() {
            return "Account[" + identity + "]";
        }
    }
}
