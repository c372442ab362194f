package org.openpks.server;

import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.openpks.bosh.Authorization;
import org.openpks.bosh.Director;
import org.openpks.bosh.HttpDirector;
import org.openpks.bosh.UaaAuthorization;
import org.openpks.bosh.UaaDiscovery;
import org.openpks.kernel.TlsClients;

/// How to reach a Director or a CredHub: the one that runs here or the one outside.
record DirectorAccess(URI url, String ca, Login login) {

    sealed interface Login {
        record Basic(String user, String password) implements Login {}

        /// @param uaa the one that knows the client; empty to be told by the server itself
        record Uaa(Optional<URI> uaa, String client, String secret) implements Login {}
    }

    static DirectorAccess director(Installation installation) {
        var external = installation.settings().externalDirector();
        return external == null
                ? here(installation, installation.settings().ports().director())
                : outside(external.director());
    }

    static DirectorAccess credhub(Installation installation) {
        var external = installation.settings().externalDirector();
        return external == null
                ? here(installation, installation.settings().ports().credhub())
                : outside(external.credhub());
    }

    private static DirectorAccess here(Installation installation, int port) {
        var settings = installation.settings();
        var secret = installation.credentials().directorSecret();
        var login =
                switch (settings.directorAuthentication()) {
                    case BASIC -> new Login.Basic(Credentials.DIRECTOR_CLIENT, secret);
                    case UAA ->
                        new Login.Uaa(
                                Optional.of(installation.local(settings.ports().uaa())),
                                Credentials.DIRECTOR_UAA_CLIENT,
                                secret);
                };
        return new DirectorAccess(installation.local(port), TextFile.read(installation.ca()), login);
    }

    private static DirectorAccess outside(Settings.Endpoint endpoint) {
        var secret = TextFile.read(endpoint.clientSecretFile()).strip();
        var login =
                switch (endpoint.authentication()) {
                    case BASIC -> new Login.Basic(endpoint.client(), secret);
                    case UAA -> new Login.Uaa(Optional.empty(), endpoint.client(), secret);
                };
        return new DirectorAccess(URI.create(endpoint.url()), TextFile.read(endpoint.caFile()), login);
    }

    String client() {
        return switch (login) {
            case Login.Basic(var user, var ignored) -> user;
            case Login.Uaa(var ignored, var client, var secret) -> client;
        };
    }

    String secret() {
        return switch (login) {
            case Login.Basic(var ignored, var password) -> password;
            case Login.Uaa(var ignored, var client, var secret) -> secret;
        };
    }

    /// A client of this Director.
    Director connect(InstantSource clock) {
        var http = TlsClients.trusting(ca);
        return new HttpDirector(
                http,
                url,
                switch (login) {
                    case Login.Basic(var user, var password) -> Authorization.basic(user, password);
                    case Login.Uaa(var uaa, var client, var secret) ->
                        new UaaAuthorization(
                                http,
                                () -> uaa.orElseGet(() -> UaaDiscovery.ofDirector(http, url)),
                                client,
                                secret,
                                clock);
                });
    }

    /// In the form of the On-Demand Broker's configuration.
    Map<String, Object> brokerConfiguration() {
        Map<String, Object> authentication =
                switch (login) {
                    case Login.Basic(var user, var password) ->
                        Map.of("basic", Map.of("username", user, "password", password));
                    case Login.Uaa(var uaa, var client, var secret) -> {
                        var described = new LinkedHashMap<String, Object>();
                        uaa.ifPresent(address -> described.put("url", address.toString()));
                        described.put("client_credentials", Map.of("client_id", client, "client_secret", secret));
                        yield Map.of("uaa", described);
                    }
                };
        return Map.of("url", url.toString(), "root_ca_cert", ca, "authentication", authentication);
    }

    @Override
    public String toString() {
        return "DirectorAccess[url=%s, client=%s]".formatted(url, client());
    }
}
