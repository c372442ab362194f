package org.openpks.uaa.audit;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

/// The audit log: one JSON object for each event, on the logger `UAA.Audit`. The events' names are those of
/// UAA. Names and ids go in, secrets never.
@Component
public class Audit {

    private static final Logger LOG = LoggerFactory.getLogger("UAA.Audit");

    private final JsonMapper mapper;
    private final InstantSource clock;

    Audit(JsonMapper mapper, InstantSource clock) {
        this.mapper = mapper;
        this.clock = clock;
    }

    /// @param event such as `UserAuthenticationSuccess`
    /// @param principal whom it is about: the id of a user, group or client
    /// @param origin who caused it and from where, as pairs of a name and a value
    public void log(String event, String principal, Object... origin) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("time", clock.instant().toString());
        fields.put("event", event);
        fields.put("principal", cut(principal));
        for (int i = 0; i + 1 < origin.length; i += 2) {
            fields.put(String.valueOf(origin[i]), value(origin[i + 1]));
        }
        remoteAddress(fields);
        fields.put("identityZoneId", "uaa");
        LOG.info("{}", mapper.writeValueAsString(fields));
    }

    private static void remoteAddress(Map<String, Object> fields) {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
            fields.put("remoteAddress", attributes.getRequest().getRemoteAddr());
        }
    }

    private static Object value(Object value) {
        return value instanceof String text ? cut(text) : value;
    }

    private static String cut(String text) {
        return text.length() > 255 ? text.substring(0, 255) + "…" : text;
    }
}
