package org.openpks.api.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.component.token.AccessTokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import tools.jackson.databind.json.JsonMapper;

/// The audit log: one JSON object for each event, on the logger `API.Audit`. There is one for every change that
/// was asked for, accepted or refused, for every hand-out of credentials, for every request without sufficient
/// rights, and for the end of every operation. Names and ids go in, secrets never: of a token only the hash of
/// its id.
///
/// [AuditFilter] writes the events of requests; whoever deals with a request notes what it is about.
@Component
public class Audit {

    private static final Logger LOG = LoggerFactory.getLogger("API.Audit");
    private static final String NOTES = Audit.class.getName();
    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_DETAIL = 2000;
    private static final int TOKEN_DIGITS = 16;

    /// What is written under another name into the sentence, which is the product's.
    private static final Map<String, String> WORDS = Map.of("cluster", "cluster name", "plan", "plan name");

    private final JsonMapper mapper;
    private final InstantSource clock;

    Audit(JsonMapper mapper, InstantSource clock) {
        this.mapper = mapper;
        this.clock = clock;
    }

    /// What a request is about: its first notes are those that were taken before it was refused.
    static final class Notes {
        final Map<String, Object> fields = new LinkedHashMap<>();
        boolean foreign;

        @Nullable
        String code;
    }

    /// Notes something about the request of this thread. Without one nothing happens.
    /// @param value a name or an id, a list of such, or a number
    public static void note(String key, Object value) {
        var attributes = RequestContextHolder.getRequestAttributes();
        if (attributes != null) {
            notes(attributes).fields.put(key, value);
        }
    }

    /// Notes that the request is about something of somebody else's, which its sender is told is not there.
    public static void foreign(Principal owner) {
        var attributes = RequestContextHolder.getRequestAttributes();
        if (attributes != null) {
            var notes = notes(attributes);
            notes.foreign = true;
            notes.fields.put("owner", owner.name());
        }
    }

    /// Notes why the request is refused.
    /// @param code the name of the fault's code
    public static void refused(String code) {
        var attributes = RequestContextHolder.getRequestAttributes();
        if (attributes != null) {
            notes(attributes).code = code;
        }
    }

    private static Notes notes(RequestAttributes attributes) {
        if (attributes.getAttribute(NOTES, RequestAttributes.SCOPE_REQUEST) instanceof Notes notes) {
            return notes;
        }
        var notes = new Notes();
        attributes.setAttribute(NOTES, notes, RequestAttributes.SCOPE_REQUEST);
        return notes;
    }

    static Notes notes(jakarta.servlet.ServletRequest request) {
        return request.getAttribute(NOTES) instanceof Notes notes ? notes : new Notes();
    }

    /// Writes how an operation ended.
    /// @param action as of the request that began it
    /// @param result `succeeded`, `failed`, `superseded` by a delete, or `withdrawn` before its turn came
    /// @param details keys and values by turns
    public void ended(String action, Principal requester, String cluster, String result, Object... details) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("cluster", cluster);
        for (int i = 0; i + 1 < details.length; i += 2) {
            fields.put(String.valueOf(details[i]), details[i + 1]);
        }
        var event = new LinkedHashMap<String, Object>();
        event.put("user", requester.name());
        event.put("userKind", kind(requester));
        write(action, result, event, fields);
    }

    /// Who a token says that its bearer is.
    static Map<String, Object> bearer(@Nullable Jwt token) {
        var fields = new LinkedHashMap<String, Object>();
        if (token != null) {
            var principal = AccessToken.caller(token).principal();
            fields.put("user", principal.name());
            fields.put("userKind", kind(principal));
            fields.put("origin", token.getClaimAsString("origin"));
            fields.put("client", AccessTokens.client(token));
            fields.put("token", hash(token.getId()));
        }
        return fields;
    }

    /// @param event who and from where
    /// @param about what
    void write(String action, String result, Map<String, Object> event, Map<String, Object> about) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("time", clock.instant().toString());
        fields.put("action", action);
        fields.put("result", result);
        event.forEach((key, value) -> put(fields, key, value));
        about.forEach((key, value) -> put(fields, key, value));
        fields.put("message", sentence(action, result, event, about));
        LOG.info("{}", mapper.writeValueAsString(fields));
    }

    private static void put(Map<String, Object> fields, String key, @Nullable Object value) {
        if (value != null && !"".equals(value)) {
            fields.put(key, printable(value, key.equals("detail") ? LONGEST_DETAIL : LONGEST_TEXT));
        }
    }

    /// As the product's server log has it.
    private static String sentence(String action, String result, Map<String, Object> event, Map<String, Object> about) {
        var sentence = new StringBuilder(
                "Action '%s' by user '%s'".formatted(action, printable(event.getOrDefault("user", ""), LONGEST_TEXT)));
        about.forEach((key, value) -> {
            if (!key.equals("detail")) {
                sentence.append(", %s: '%s'".formatted(WORDS.getOrDefault(key, key), printable(value, LONGEST_TEXT)));
            }
        });
        return sentence + (result.equals("accepted") ? "" : ": " + result);
    }

    private static Object printable(Object value, int longest) {
        return switch (value) {
            case Number number -> number;
            case Boolean flag -> flag;
            case List<?> list ->
                list.stream().map(item -> text(String.valueOf(item), longest)).toList();
            default -> text(String.valueOf(value), longest);
        };
    }

    private static String text(String text, int longest) {
        var start = text.length() > longest ? text.substring(0, longest) + "…" : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    private static String kind(Principal principal) {
        return principal.kind() == Principal.Kind.USER ? "user" : "client";
    }

    /// Enough to tell tokens apart and to find those of a known id, and of no use to anybody else.
    private static @Nullable String hash(@Nullable String id) {
        if (id == null) {
            return null;
        }
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest).substring(0, TOKEN_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
