package org.openpks.uaa.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.openpks.uaa.scim.Body;

/// A client as the API shows it: everything but its secrets.
final class ClientJson {

    static final String ERROR = "invalid_client";

    private ClientJson() {}

    static Map<String, Object> write(Client client) {
        var json = new LinkedHashMap<String, Object>();
        json.put("client_id", client.id());
        json.put("name", client.name());
        json.put("scope", client.scopes());
        json.put("resource_ids", client.resourceIds());
        json.put("authorities", client.authorities());
        json.put("authorized_grant_types", client.grantTypes());
        json.put("redirect_uri", client.redirectUris());
        json.put(
                "autoapprove",
                client.autoApprove().all() ? true : client.autoApprove().scopes());
        client.accessTokenValidity().ifPresent(seconds -> json.put("access_token_validity", seconds));
        client.refreshTokenValidity().ifPresent(seconds -> json.put("refresh_token_validity", seconds));
        client.allowedProviders().ifPresent(providers -> json.put("allowedproviders", providers));
        json.put("required_user_groups", client.requiredUserGroups());
        if (client.allowPublic()) {
            json.put("allowpublic", true);
        }
        if (!client.createdWith().isEmpty()) {
            json.put("createdwith", client.createdWith());
        }
        json.put("lastModified", client.modified().toEpochMilli());
        return json;
    }

    static Map<String, Object> meta(Client client) {
        var meta = client.meta();
        var json = new LinkedHashMap<String, Object>();
        json.put("clientId", client.id());
        json.put("clientName", client.name());
        json.put("showOnHomePage", meta.showOnHomePage());
        json.put("appLaunchUrl", meta.appLaunchUrl().isEmpty() ? null : meta.appLaunchUrl());
        json.put("appIcon", meta.appIcon().isEmpty() ? null : meta.appIcon());
        json.put("createdBy", meta.createdBy().isEmpty() ? null : meta.createdBy());
        return json;
    }

    static Client.AutoApprove autoApprove(Body body, Client.AutoApprove old) {
        if (!body.has("autoapprove")) {
            return old;
        }
        var node = body.node().get("autoapprove");
        if (node.isBoolean()) {
            return node.asBoolean() ? Client.AutoApprove.ALL : Client.AutoApprove.NONE;
        }
        var scopes = body.list("autoapprove").orElseThrow();
        return scopes.contains("true") ? Client.AutoApprove.ALL : new Client.AutoApprove(false, scopes);
    }
}
