package org.openpks.api.cluster;

import java.util.regex.Pattern;
import org.openpks.kernel.Fault;

/// The name of a cluster: what people type and what the API's paths carry. Case matters.
public record ClusterName(String value) {

    /// The longest name, in characters.
    public static final int MAXIMUM = 63;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    public ClusterName {
        if (value.isEmpty()) {
            throw invalid("The cluster name must not be empty.");
        }
        if (value.length() > MAXIMUM) {
            throw invalid(
                    "The cluster name has %d characters; at most %d are allowed.".formatted(value.length(), MAXIMUM));
        }
        if (!FORM.matcher(value).matches()) {
            throw invalid(
                    "The cluster name may hold only letters, digits, '-' and '_', and must start with a letter or a digit.");
        }
    }

    @Override
    public String toString() {
        return value;
    }

    private static Fault invalid(String sentence) {
        return new Fault(ClusterFault.REQUEST_INVALID, sentence, "field=name");
    }
}
