package org.openpks.adapter;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openpks.kernel.Fault;

/// A wish for new certificates, asked for alone by the parameters `rotate_certificates` and `rotation_id`.
///
/// The id stands in the manifest, and machines make their own certificates anew when it changes; so the same id is the
/// same rotation. Values of the variables are new versions, which whoever deploys the manifest has made first.
/// @param id drawn by whoever asks
public record CertificateRotation(Scope scope, String id) {

    static final String PARAMETER = "rotate_certificates";
    /// Also its name among the parameters that the manifest keeps.
    static final String ID = "rotation_id";

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /// What is made anew.
    public enum Scope {
        /// All certificates but the authorities.
        LEAF,
        /// The authorities too. It takes three deploys: the new ones are trusted, then they sign, then only they are
        /// trusted.
        ALL;

        static List<String> words() {
            return List.of("leaf", "all");
        }
    }

    /// Reads an OSB `parameters`; empty when it asks for none.
    /// @throws Fault [AdapterFault#PARAMETER_INVALID]
    public static Optional<CertificateRotation> of(Map<?, ?> parameters) {
        var scope = parameters.get(PARAMETER);
        var id = parameters.get(ID);
        if (scope == null && id == null) {
            return Optional.empty();
        }
        if (!(scope instanceof String word) || !Scope.words().contains(word)) {
            throw Parameters.invalid(PARAMETER, "must be leaf or all");
        }
        if (!(id instanceof String text) || !UUID.matcher(text).matches()) {
            throw Parameters.invalid(ID, "must be a UUID in lower case");
        }
        parameters.forEach((name, value) -> {
            if (value != null && !name.equals(PARAMETER) && !name.equals(ID)) {
                throw Parameters.invalid(PARAMETER, "must be asked for alone, without " + name);
            }
        });
        return Optional.of(new CertificateRotation(Scope.valueOf(word.toUpperCase(Locale.ROOT)), text));
    }

    static boolean reads(String parameter) {
        return parameter.equals(PARAMETER) || parameter.equals(ID);
    }
}
