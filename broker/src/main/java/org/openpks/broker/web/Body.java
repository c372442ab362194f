package org.openpks.broker.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.component.BodyTooLargeException;
import org.openpks.kernel.Fault;
import org.openpks.osb.MaintenanceInfo;
import org.openpks.osb.OsbJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/// A request's JSON object, read field by field so that every refusal names the field.
final class Body {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final JsonNode root;

    private Body(JsonNode root) {
        this.root = root;
    }

    static Body read(HttpServletRequest request) {
        var type = request.getContentType();
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw invalid("The Content-Type must be application/json.");
        }
        try {
            var root = OsbJson.MAPPER.readTree(request.getInputStream().readAllBytes());
            if (root == null || !root.isObject()) {
                throw invalid("The request body must be a JSON object.");
            }
            return new Body(root);
        } catch (BodyTooLargeException e) {
            throw new Fault(BrokerFault.BODY_TOO_LARGE, "The request body is too large.", "", e);
        } catch (IOException | JacksonException e) {
            throw invalid("The request body is not JSON.");
        }
    }

    String required(String field) {
        var value = text(field);
        if (value == null) {
            throw invalid(field + " is missing.");
        }
        return value;
    }

    /// Empty texts count as absent.
    @Nullable
    String text(String field) {
        var value = root.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw invalid(field + " must be a text.");
        }
        return value.asString().isBlank() ? null : value.asString();
    }

    @Nullable
    Map<String, Object> object(String field) {
        var value = root.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isObject()) {
            throw invalid(field + " must be an object.");
        }
        return OsbJson.MAPPER.convertValue(value, OBJECT);
    }

    Body inner(String field) {
        var value = root.path(field);
        if (!value.isObject()) {
            throw invalid(field + " must be an object.");
        }
        return new Body(value);
    }

    boolean has(String field) {
        return !root.path(field).isMissingNode() && !root.path(field).isNull();
    }

    @Nullable
    MaintenanceInfo maintenanceInfo(String field) {
        if (!has(field)) {
            return null;
        }
        var inner = inner(field);
        var version = inner.text("version");
        if (version == null) {
            throw invalid(field + ".version is missing.");
        }
        return MaintenanceInfo.version(version);
    }

    static Fault invalid(String message) {
        return new Fault(BrokerFault.REQUEST_INVALID, message);
    }
}
