package org.openpks.server;

import java.nio.file.Path;
import java.util.Map;

/// Where things lie: the installation's state (`OPENPKS_HOME`) and the caches (`OPENPKS_CACHE`).
record Home(Path root, Path cache) {

    static Home of(Map<String, String> environment) {
        return new Home(
                Path.of(environment.getOrDefault("OPENPKS_HOME", "/var/lib/openpks"))
                        .toAbsolutePath(),
                Path.of(environment.getOrDefault(
                                "OPENPKS_CACHE", environment.getOrDefault("HOME", "/root") + "/.cache/openpks"))
                        .toAbsolutePath());
    }

    Path secrets() {
        return root.resolve("secrets.json");
    }

    Path tls(String file) {
        return root.resolve("tls").resolve(file);
    }

    Path pid() {
        return root.resolve("run/control-plane.pid");
    }

    /// Held by the control plane as long as it lives.
    Path lock() {
        return root.resolve("run/control-plane.lock");
    }

    /// One line per step of a start; the command that waits prints them.
    Path progress() {
        return root.resolve("run/start.log");
    }

    Path log() {
        return root.resolve("log/control-plane.log");
    }

    Path database() {
        return root.resolve("database");
    }

    /// What the builder made: the stemcell and the releases.
    Path artifacts() {
        return cache.resolve("artifacts.json");
    }
}
