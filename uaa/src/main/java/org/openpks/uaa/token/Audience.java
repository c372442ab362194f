package org.openpks.uaa.token;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Whom a token is for: the client, and for each scope `a.b.c` its prefix `a.b`.
final class Audience {

    private Audience() {}

    static List<String> of(String clientId, Collection<String> scopes) {
        var audience = new TreeSet<String>();
        audience.add(clientId);
        for (var scope : scopes) {
            int dot = scope.lastIndexOf('.');
            if (dot > 0 && !scope.equals("uaa.none")) {
                audience.add(scope.substring(0, dot));
            }
        }
        return List.copyOf(audience);
    }
}
