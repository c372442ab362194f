package org.openpks.bosh;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import org.openpks.kernel.Fault;

/// Where servers say that their UAA is, in a document that needs no log-in.
public final class UaaDiscovery {

    private UaaDiscovery() {}

    /// The UAA of a Director: `/info` has `user_authentication.options.url`.
    public static URI ofDirector(HttpClient http, URI director) {
        return find(http, "BOSH Director", director, "user_authentication", "options", "url");
    }

    /// The UAA of a CredHub: `/info` has `auth-server.url`.
    /// @param credhub with or without the `/api` that config servers are configured with
    public static URI ofCredHub(HttpClient http, URI credhub) {
        var root = URI.create(credhub.toString().replaceAll("/+$", "").replaceAll("/api$", ""));
        return find(http, "CredHub", root, "auth-server", "url");
    }

    private static URI find(HttpClient http, String name, URI server, String... path) {
        var client = new BoshHttp(name, http, server, Authorization.NONE, BoshHttp.PATIENCE);
        var node = client.tree(client.expect(client.repeatable("/info", HttpRequest.Builder::GET), 200));
        for (var key : path) {
            node = node.path(key);
        }
        var url = node.asString("");
        if (!url.startsWith("https://")) {
            throw new Fault(
                    BoshFault.UNAUTHORISED,
                    "The %s at %s has no UAA: give the broker a user name and a password for it."
                            .formatted(name, server),
                    "%s=%s".formatted(String.join(".", path), url));
        }
        return URI.create(url);
    }
}
