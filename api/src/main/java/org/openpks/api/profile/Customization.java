package org.openpks.api.profile;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Flags of one component. Its files hold secrets.
///
/// @param arguments values by flag
/// @param fileArguments contents of files by the flag that names the file
public record Customization(
        String component, SortedMap<String, String> arguments, SortedMap<String, String> fileArguments) {

    public Customization {
        arguments = Collections.unmodifiableSortedMap(new TreeMap<>(arguments));
        fileArguments = Collections.unmodifiableSortedMap(new TreeMap<>(fileArguments));
    }

    /// A customization as a request has it.
    public record Given(
            @Nullable String component,
            @Nullable Map<String, @Nullable String> arguments,

            @JsonProperty("file-arguments") @Nullable Map<String, @Nullable String> fileArguments) {
        /// Without what may be secret.
        @Override
        public String toString() {
            return "Given[component=" + component + "]";
        }
    }

    /// As everybody outside knows it. Holds secrets.
    Map<String, Object> asMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("component", component);
        map.put("arguments", arguments);
        map.put("file-arguments", fileArguments);
        return map;
    }

    /// Without what may be secret.
    @Override
    public String toString() {
        return "Customization[component=" + component + "]";
    }
}
