package org.openpks.uaa.user;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.group.Group;
import org.openpks.uaa.scim.Body;
import org.openpks.uaa.scim.Fields;
import org.openpks.uaa.scim.Page;

/// A user as the API shows it; neither password nor salt.
final class UserJson {

    private UserJson() {}

    static Map<String, Object> write(User user, List<Group.Membership> groups) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", user.id());
        if (!user.profile().externalId().isEmpty()) {
            json.put("externalId", user.profile().externalId());
        }
        json.put("meta", Fields.meta(user.version(), user.created(), user.modified()));
        json.put("userName", user.userName());
        json.put("name", name(user.profile()));
        json.put("emails", List.of(email(user)));
        if (!user.profile().phoneNumber().isEmpty()) {
            json.put("phoneNumbers", List.of(Map.of("value", user.profile().phoneNumber())));
        }
        json.put("groups", groups.stream().map(UserJson::membership).toList());
        json.put("approvals", List.of());
        json.put("active", user.active());
        json.put("verified", user.verified());
        json.put("origin", user.origin());
        json.put("zoneId", "uaa");
        json.put("passwordLastModified", Fields.time(user.password().changed()));
        user.previousLogon().ifPresent(time -> json.put("previousLogonTime", time.toEpochMilli()));
        user.lastLogon().ifPresent(time -> json.put("lastLogonTime", time.toEpochMilli()));
        json.put("schemas", Page.SCHEMAS);
        return json;
    }

    private static Map<String, Object> name(User.Profile profile) {
        var name = new LinkedHashMap<String, Object>();
        if (!profile.familyName().isEmpty()) {
            name.put("familyName", profile.familyName());
        }
        if (!profile.givenName().isEmpty()) {
            name.put("givenName", profile.givenName());
        }
        return name;
    }

    private static Map<String, Object> email(User user) {
        var email = new LinkedHashMap<String, Object>();
        email.put("value", user.email());
        email.put("primary", false);
        return email;
    }

    private static Map<String, Object> membership(Group.Membership membership) {
        var json = new LinkedHashMap<String, Object>();
        json.put("value", membership.groupId());
        json.put("display", membership.displayName());
        json.put("type", membership.direct() ? "DIRECT" : "INDIRECT");
        return json;
    }

    /// The profile that a whole user in a request has.
    static User.Profile profile(Body body) {
        var name = body.object("name");
        return new User.Profile(
                email(body).orElseThrow(() -> invalid("An email must be provided.")),
                name.flatMap(part -> part.text("givenName")).orElse(""),
                name.flatMap(part -> part.text("familyName")).orElse(""),
                phone(body).orElse(""),
                body.text("externalId").orElse(""));
    }

    /// The old profile with what a request gives.
    static User.Profile merged(Body body, User.Profile old) {
        var name = body.object("name");
        return new User.Profile(
                email(body).orElse(old.email()),
                name.flatMap(part -> part.text("givenName")).orElse(old.givenName()),
                name.flatMap(part -> part.text("familyName")).orElse(old.familyName()),
                phone(body).orElse(old.phoneNumber()),
                body.text("externalId").orElse(old.externalId()));
    }

    private static Optional<String> email(Body body) {
        return body.objects("emails").filter(list -> !list.isEmpty()).map(emails -> {
            if (emails.size() > 1) {
                throw invalid("Exactly one email must be provided.");
            }
            var value = emails.getFirst().text("value").orElse("").strip();
            if (value.isEmpty()) {
                throw invalid("An email must be provided.");
            }
            return value;
        });
    }

    private static Optional<String> phone(Body body) {
        return body.objects("phoneNumbers").filter(list -> !list.isEmpty()).flatMap(list -> list.getFirst()
                .text("value"));
    }

    static UaaFault invalid(String why) {
        return UaaFault.scim(400, "invalid_scim_resource", why);
    }
}
