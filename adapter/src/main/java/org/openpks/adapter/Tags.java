package org.openpks.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an owner writes on the cluster's machines: the parameter `cluster_tags`.
final class Tags {

    static final String PARAMETER = "cluster_tags";

    /// BOSH sets these itself; an owner's are passed over, as with the original product.
    private static final Set<String> BOSH = Set.of(
            "created_at",
            "deployment",
            "director",
            "director_uuid",
            "id",
            "index",
            "instance_group",
            "instance_id",
            "job",
            "name");

    private static final int MAX = 255;

    private Tags() {}

    /// The checked list of `name` and `value`.
    static List<Map<String, Object>> of(Object value) {
        if (!(value instanceof List<?> list)) {
            throw Parameters.invalid(PARAMETER, "must be a list of objects with name and value");
        }
        var tags = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < list.size(); i++) {
            var path = "%s[%d]".formatted(PARAMETER, i);
            var fields = Maps.map(list.get(i));
            var name = text(path + ".name", fields.get("name"));
            if (name.isEmpty()) {
                throw Parameters.invalid(path + ".name", "must not be empty");
            }
            if (tags.stream().anyMatch(before -> name.equals(before.get("name")))) {
                throw Parameters.invalid(path + ".name", "is there twice: " + name);
            }
            var tag = new LinkedHashMap<String, Object>();
            tag.put("name", name);
            tag.put("value", text(path + ".value", fields.getOrDefault("value", "")));
            tags.add(tag);
        }
        return List.copyOf(tags);
    }

    private static String text(String path, @Nullable Object value) {
        if (!(value instanceof String text) || text.length() > MAX) {
            throw Parameters.invalid(path, "must be a string of at most %d characters".formatted(MAX));
        }
        if (text.matches(".*[\":,].*")) {
            throw Parameters.invalid(path, "must not contain any of \" : ,");
        }
        Parameters.plain(path, text);
        return text;
    }

    /// As a manifest takes them.
    static SortedMap<String, String> manifest(@Nullable Object kept) {
        var tags = new TreeMap<String, String>();
        Maps.maps(kept).forEach(tag -> tags.put(String.valueOf(tag.get("name")), String.valueOf(tag.get("value"))));
        tags.keySet().removeAll(BOSH);
        return tags;
    }
}
