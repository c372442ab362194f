package org.openpks.api.cluster;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.openpks.kernel.Fault;

/// The host under which people reach the cluster's Kubernetes API: a lower-case DNS name after RFC 1123, or an IPv4
/// address.
public record ExternalHost(String value) {

    /// The longest host name, in characters.
    public static final int MAXIMUM = 64;

    private static final String FIELD = "kubernetes_master_host";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
    private static final Pattern ADDRESS = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

    public ExternalHost {
        if (value.isEmpty()) {
            throw invalid("The external hostname (%s) must not be empty.".formatted(FIELD));
        }
        if (value.length() > MAXIMUM) {
            throw invalid("The external hostname (%s) has %d characters; at most %d are allowed."
                    .formatted(FIELD, value.length(), MAXIMUM));
        }
        if (!isHost(value)) {
            throw invalid(("The external hostname (%s) must be a DNS name of lower-case letters, digits, '-' and '.', "
                            + "such as my-cluster.example.com, or an IPv4 address.")
                    .formatted(FIELD));
        }
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean isHost(String text) {
        if (NUMERIC.matcher(text).matches()) {
            return ADDRESS.matcher(text).matches();
        }
        var labels = text.split("\\.", -1);
        // A last label of digits alone makes a broken address, not a name.
        return Arrays.stream(labels).allMatch(label -> LABEL.matcher(label).matches())
                && labels[labels.length - 1].chars().anyMatch(Character::isLetter);
    }

    private static Fault invalid(String sentence) {
        return new Fault(ClusterFault.REQUEST_INVALID, sentence, "field=" + FIELD);
    }
}
