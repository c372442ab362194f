package org.openpks.cli.http;

import java.net.URI;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;

/// What a server answered.
/// @param from the address that was asked
/// @param server what stands there, as in "PKS API"
/// @param contentType as the server says, or empty
/// @param date what the server's clock shows, as the server says, or empty
public record Answer(URI from, String server, int status, String contentType, String date, byte[] body) {
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /// True for a web page: something else than an API answered, perhaps a proxy.
    public boolean isPage() {
        return contentType.startsWith("text/html");
    }

    /// The body as JSON. Anything else means that the wrong server answered, or something in between did.
    public Json json() {
        if (isPage()) {
            throw foreign("a web page");
        }
        try {
            return Json.parse(body);
        } catch (MalformedJson e) {
            throw foreign(body.length == 0 ? "an empty body" : "something that is not JSON");
        }
    }

    /// The body as JSON, or JSON null when it is none.
    public Json jsonIfAny() {
        try {
            return Json.parse(body);
        } catch (MalformedJson e) {
            return Json.NULL;
        }
    }

    /// The failure for an answer that no such server would give.
    public Failure foreign(String what) {
        return new Failure("%s answered HTTP %d with %s. Is a %s at that address?"
                .formatted(Exchange.origin(from), status, what, server));
    }
}
