package org.openpks.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.openpks.database.MariaDbBinaries;
import org.openpks.database.MariaDbServer;

/// One installation: its settings, its places, its secrets, its certificates.
record Installation(Settings settings, Home home, Credentials credentials, ServerCertificate certificate) {

    /// Finds the installation or makes what is missing of it.
    static Installation ensure(Settings settings, Home home, InstantSource clock) {
        return new Installation(
                settings,
                home,
                Credentials.loadOrCreate(home.secrets()),
                ServerCertificate.ensure(home, settings.apiHostname(), clock));
    }

    MariaDbServer database() {
        return new MariaDbServer(
                MariaDbBinaries.in(home.cache()),
                new MariaDbServer.Settings(
                        home.database(),
                        settings.ports().database(),
                        Credentials.DATABASE_USER,
                        credentials.databasePassword(),
                        Optional.of(new MariaDbServer.Tls(
                                certificate.authority(), certificate.certificate(), certificate.key())),
                        true));
    }

    /// Where people reach UAA; also what stands in its tokens.
    URI uaaUrl() {
        var open = settings.publicPorts();
        return address(open == null ? settings.ports().uaa() : open.uaa());
    }

    URI apiUrl() {
        var open = settings.publicPorts();
        return address(open == null ? settings.ports().api() : open.api());
    }

    private URI address(int port) {
        return URI.create("https://" + settings.apiHostname() + ":" + port);
    }

    URI local(int port) {
        return URI.create("https://127.0.0.1:" + port);
    }

    /// What was built for the nodes, which only a director that runs here needs.
    Optional<Artifacts> artifacts() {
        return settings.runs(Settings.Part.DIRECTOR) ? Optional.of(Artifacts.read(home.artifacts())) : Optional.empty();
    }

    Path ca() {
        return certificate.authority();
    }
}
