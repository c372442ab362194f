package org.openpks.uaa.authorize;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.openpks.uaa.UaaSettings;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/// The cookies of the pages: no script reads them, and no other site sends them with a form. They are `Lax`, because
/// clients and providers send the browser here from elsewhere.
final class Cookies {

    private Cookies() {}

    static void set(
            HttpServletResponse response, UaaSettings settings, String name, String path, String value, Duration age) {
        var cookie = ResponseCookie.from(name, value)
                .path(path)
                .httpOnly(true)
                .secure("https".equals(settings.url().getScheme()))
                .sameSite("Lax")
                .maxAge(age)
                .build();
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
    }

    static void forget(HttpServletResponse response, UaaSettings settings, String name, String path) {
        set(response, settings, name, path, "", Duration.ZERO);
    }
}
