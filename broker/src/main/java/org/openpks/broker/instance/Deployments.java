package org.openpks.broker.instance;

import java.nio.charset.StandardCharsets;

/// How instances are named at the Director.
public final class Deployments {

    public static final String PREFIX = "service-instance_";

    private Deployments() {}

    /// Ids of platforms may have any characters, names of deployments may not: what is neither letter, digit, `-` nor
    /// `_` stands there as `+` and two hexadecimal digits for each byte. So different ids have different names,
    /// and no name has a dot.
    public static String name(String instanceId) {
        return PREFIX + plain(instanceId);
    }

    /// An id as a part of a name.
    public static String plain(String id) {
        var name = new StringBuilder();
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_')) {
                name.append(c);
            } else {
                name.append("+%02x".formatted(b & 0xff));
            }
        }
        return name.toString();
    }
}
