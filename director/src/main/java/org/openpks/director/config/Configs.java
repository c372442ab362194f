package org.openpks.director.config;

import java.time.Instant;
import java.util.List;

/// Versioned configurations by type and name: cloud, runtime and whatever operators keep here.
public interface Configs {

    /// The newest version of every name of this type.
    List<Config> latest(String type);

    List<Config> byIds(List<Long> ids);

    record Config(long id, String type, String name, String content, Instant createdAt) {}
}
