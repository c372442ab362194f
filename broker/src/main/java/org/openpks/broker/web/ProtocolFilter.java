package org.openpks.broker.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.osb.OriginatingIdentity;
import org.openpks.osb.OsbError;
import org.openpks.osb.OsbJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;

/// What comes before everything else, in this order: credentials, protocol version, identity of the user. Every answer,
/// also a refusal, carries the request's own identity back.
final class ProtocolFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(ProtocolFilter.class);
    private static final Pattern VERSION = Pattern.compile("2\\.(\\d{1,4})");
    private static final int OLDEST_MINOR = 13;

    private final byte[] expected;

    ProtocolFilter(String username, String password) {
        this.expected = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var requestIdentity = request.getHeader("X-Broker-API-Request-Identity");
        if (requestIdentity != null && requestIdentity.matches("[\\x21-\\x7e]{1,128}")) {
            response.setHeader("X-Broker-API-Request-Identity", requestIdentity);
        }
        if (!authorised(request.getHeader("Authorization"))) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"PKS Broker\"");
            refuse(response, BrokerFault.CREDENTIALS_REFUSED, "The credentials are missing or wrong.");
            return;
        }
        if (request.getRequestURI().startsWith("/v2/") && !supported(request.getHeader("X-Broker-API-Version"))) {
            refuse(
                    response,
                    BrokerFault.VERSION_REFUSED,
                    "The header X-Broker-API-Version must be 2.%d or later, below 3.".formatted(OLDEST_MINOR));
            return;
        }
        var identity = request.getHeader("X-Broker-API-Originating-Identity");
        if (identity != null && !identity.isBlank()) {
            try {
                var who = OriginatingIdentity.parse(identity);
                if (!request.getMethod().equals("GET")) {
                    log.atInfo()
                            .addKeyValue("platform", who.platform())
                            .addKeyValue(
                                    "user",
                                    who.value()
                                            .getOrDefault("user_id", who.value().get("username")))
                            .addKeyValue("method", request.getMethod())
                            .addKeyValue("path", request.getRequestURI())
                            .log("Request of a platform's user");
                }
            } catch (IllegalArgumentException e) {
                refuse(
                        response,
                        BrokerFault.REQUEST_INVALID,
                        "The header X-Broker-API-Originating-Identity must be a platform and a JSON object in base64.");
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private boolean authorised(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        try {
            var given = Base64.getDecoder().decode(header.substring(6).strip());
            return MessageDigest.isEqual(given, expected);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean supported(@Nullable String header) {
        if (header == null) {
            return false;
        }
        var matcher = VERSION.matcher(header.strip());
        return matcher.matches() && Integer.parseInt(matcher.group(1)) >= OLDEST_MINOR;
    }

    private static void refuse(HttpServletResponse response, BrokerFault fault, String description) throws IOException {
        response.setStatus(fault.status());
        response.setContentType("application/json");
        response.getOutputStream().write(OsbJson.MAPPER.writeValueAsBytes(new OsbError(fault.error(), description)));
    }
}
