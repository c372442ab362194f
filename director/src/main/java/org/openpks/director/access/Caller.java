package org.openpks.director.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Set;

/// Somebody who has proved who they are.
public record Caller(String name, Set<Right> rights) {

    private static final String ATTRIBUTE = Caller.class.getName();
    private static final Set<String> READING = Set.of("GET", "HEAD");

    /// Local users may do everything.
    static Caller administrator(String name) {
        return new Caller(name, EnumSet.allOf(Right.class));
    }

    /// Whether a request to the Director's API is theirs to send. Uploads have scopes of their own, so that a
    /// pipeline that builds releases needs no right to deploy.
    public boolean mayAskDirector(String method, String path) {
        if (rights.contains(Right.WRITE)) {
            return true;
        }
        if (READING.contains(method)) {
            return rights.contains(Right.READ);
        }
        return method.equals("POST")
                && switch (path) {
                    case "/stemcells", "/stemcell_uploads" -> rights.contains(Right.UPLOAD_STEMCELLS);
                    case "/releases", "/packages/matches", "/packages/matches_compiled" ->
                        rights.contains(Right.UPLOAD_RELEASES);
                    default -> false;
                };
    }

    public boolean mayAskCredHub(String method) {
        return rights.contains(READING.contains(method) ? Right.READ_CREDENTIALS : Right.WRITE_CREDENTIALS);
    }

    public void remember(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /// The name of the one who sent a request; empty for a stranger, who gets no further than `/info`.
    public static String of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Caller caller ? caller.name() : "";
    }
}
