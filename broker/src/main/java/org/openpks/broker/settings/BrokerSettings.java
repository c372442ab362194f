package org.openpks.broker.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The broker process's own settings, under `broker.`.
///
/// @param config the On-Demand Broker's configuration files; maps in later files go over those in earlier ones, key
///     by key
/// @param directorPatience how long the Director or CredHub may take for one answer. Platforms wait for a minute or so
///     for all of them
/// @param directorCheck how long a good answer of the Director to `/info` is trusted, and what its cloud config says
/// @param adoptAfter after how long an operation that another broker process accepted, but that has no task yet, is
///     carried on by this one. Longer than the time that process may need between the two
/// @param retryAfter the pace that pollers are told; zero tells none
/// @param startPatience how long the start waits for a Director that does not answer or does not fit yet
/// @param certificateCheck how often it looks for certificates that end soon; zero never
/// @param certificateWarning how long before their end it says so
/// @param tombstone how long after its end a deletion is still reported
@ConfigurationProperties(prefix = "broker")
public record BrokerSettings(
        List<Path> config,
        @DefaultValue("20s") Duration directorPatience,
        @DefaultValue("30s") Duration directorCheck,
        @DefaultValue("5s") Duration adoptAfter,
        @DefaultValue("0s") Duration retryAfter,
        @DefaultValue("6h") Duration certificateCheck,
        @DefaultValue("30d") Duration certificateWarning,
        @DefaultValue("24h") Duration tombstone,
        @DefaultValue("30s") Duration startPatience) {

    public BrokerSettings {
        if (config == null || config.isEmpty()) {
            throw new IllegalArgumentException("broker.config names at least one file");
        }
        config = List.copyOf(config);
    }
}
