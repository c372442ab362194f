package org.openpks.osb;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/// Who asked the platform for a request: the header `X-Broker-API-Originating-Identity`.
/// @param platform for example `cloudfoundry` or `kubernetes`
public record OriginatingIdentity(String platform, Map<String, Object> value) {

    public OriginatingIdentity {
        value = Map.copyOf(value);
    }

    /// A user of our own platform.
    public static OriginatingIdentity user(String userId, String username) {
        return new OriginatingIdentity("pks", Map.of("user_id", userId, "username", username));
    }

    public String header() {
        var json = OsbJson.MAPPER.writeValueAsBytes(value);
        return platform + " " + Base64.getEncoder().encodeToString(json);
    }

    /// @throws IllegalArgumentException when the header has not the form `PLATFORM BASE64(JSON OBJECT)`
    public static OriginatingIdentity parse(String header) {
        var parts = header.strip().split("\\s+");
        if (parts.length != 2) {
            throw new IllegalArgumentException("the header is not a platform and a value");
        }
        try {
            var json = new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            var value = OsbJson.MAPPER.readValue(json, new TypeReference<Map<String, Object>>() {});
            value.values().removeIf(Objects::isNull);
            return new OriginatingIdentity(parts[0], value);
        } catch (JacksonException | NullPointerException e) {
            throw new IllegalArgumentException("the header's value is no JSON object", e);
        }
    }
}
