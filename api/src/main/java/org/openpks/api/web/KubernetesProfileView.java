package org.openpks.api.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openpks.api.access.Caller;
import org.openpks.api.profile.Customization;
import org.openpks.api.profile.KubernetesProfile;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// A kubernetes profile on the wire. Files are shown to those who may change the profile; for others there stands
/// [#HIDDEN].
///
/// @param createdAt milliseconds since 1970
@JsonNaming(SnakeCaseStrategy.class)
record KubernetesProfileView(
        String name,
        String description,
        List<One> customizations,
        List<One> experimentalCustomizations,
        String uuid,
        String owner,
        long createdAt) {

    static final String HIDDEN = "(hidden)";

    record One(
            String component,
            SortedMap<String, String> arguments,
            @JsonProperty("file-arguments") SortedMap<String, String> fileArguments) {

        static One of(Customization customization, boolean open) {
            var files = new TreeMap<>(customization.fileArguments());
            if (!open) {
                files.replaceAll((flag, content) -> HIDDEN);
            }
            return new One(customization.component(), customization.arguments(), files);
        }

        /// Without what may be secret.
        @Override
        public String toString() {
            return component;
        }
    }

    static KubernetesProfileView of(KubernetesProfile profile, Caller caller) {
        boolean open = caller.manages(profile.owner());
        return new KubernetesProfileView(
                profile.name(),
                profile.description(),
                profile.customizations().stream().map(one -> One.of(one, open)).toList(),
                profile.experimental().stream().map(one -> One.of(one, open)).toList(),
                profile.id().toString(),
                profile.owner().name(),
                profile.createdAt().toEpochMilli());
    }
}
