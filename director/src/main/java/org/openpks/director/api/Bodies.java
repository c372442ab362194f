package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.openpks.director.config.YamlDiff;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads request bodies that are documents. Archives are not read here but streamed.
final class Bodies {

    /// Far above any manifest, far below what would hurt.
    private static final int LIMIT = 4 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Bodies() {}

    static String text(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > LIMIT) {
            throw tooLarge();
        }
        var bytes = request.getInputStream().readNBytes(LIMIT + 1);
        if (bytes.length > LIMIT) {
            throw tooLarge();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Fault(DirectorFault.MANIFEST_INVALID, "The request body is not UTF-8 text.");
        }
    }

    private static Fault tooLarge() {
        return new Fault(DirectorFault.BODY_TOO_LARGE, "The request body is larger than " + LIMIT + " bytes.");
    }

    /// The body as a JSON object; an empty body is an empty object.
    static JsonNode json(HttpServletRequest request) throws IOException {
        var text = text(request);
        if (text.isBlank()) {
            return JSON.createObjectNode();
        }
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new Fault(
                    DirectorFault.CONFIG_REQUEST_INVALID,
                    "Invalid JSON request body at line " + e.getLocation().getLineNr() + ".",
                    e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw new Fault(DirectorFault.CONFIG_REQUEST_INVALID, "Invalid JSON request body: an object is expected.");
        }
        return node;
    }

    /// The text as a YAML hash.
    static Map<String, Object> yaml(String text) {
        try {
            return YamlDiff.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Fault(DirectorFault.MANIFEST_INVALID, String.valueOf(e.getMessage()));
        }
    }

    /// A string field; empty when it is absent or null.
    static String string(JsonNode body, String field) {
        var node = body.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (!node.isString()) {
            throw new Fault(DirectorFault.VALUE_INVALID, "'" + field + "' must be a string.");
        }
        return node.asString();
    }
}
