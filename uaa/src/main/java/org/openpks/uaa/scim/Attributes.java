package org.openpks.uaa.scim;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What filters and sort orders may name in one kind of resource. Case does not matter.
/// @param order the attribute that lists are sorted by unless they say otherwise
public record Attributes(String order, Map<String, Attribute> byName) {

    public Attributes {
        var lower = new HashMap<String, Attribute>();
        byName.forEach((name, attribute) -> lower.put(name.toLowerCase(Locale.ROOT), attribute));
        byName = Map.copyOf(lower);
    }

    public Optional<Attribute> find(String name) {
        return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
    }
}
