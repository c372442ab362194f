package org.openpks.director.config;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Versioned configurations by type and name: cloud, runtime and whatever operators keep here. A version never
/// changes.
public interface Configs {

    /// The newest version of every name of this type.
    List<Config> latest(String type);

    /// The versions with these ids, also deleted ones, in the order of the ids.
    List<Config> byIds(List<Long> ids);

    /// Stores a new version, unless the newest one has the same content; returns the newest.
    Config put(String type, String name, String content);

    /// Stores a new version like [#put] if the newest one is the expected one; of several callers who expect the same,
    /// one succeeds.
    /// @param expected the newest version's id; 0 when there must be none
    /// @return the newest version; empty when another one than expected is there
    Optional<Config> replace(String type, String name, String content, long expected);

    /// Versions that are not deleted, by type and name, the newest of a name first.
    /// @param limit how many of each type and name
    List<Config> find(Optional<String> type, Optional<String> name, int limit);

    Optional<Config> find(long id);

    /// Deletes every version of the name and says whether there was one.
    boolean delete(String type, String name);

    boolean delete(long id);

    record Config(long id, String type, String name, String content, Instant createdAt) {}
}
