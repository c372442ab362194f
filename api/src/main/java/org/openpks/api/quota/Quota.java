package org.openpks.api.quota;

import org.openpks.kernel.Fault;

/// What somebody may have.
/// @param owner the name of a user, or the id of a client that acts for itself; where both have the same name each may
///     have that much
public record Quota(String owner, Limit limit) {

    /// In characters.
    public static final int LONGEST_OWNER = 255;

    public Quota {
        if (owner.isBlank()) {
            throw invalid("The field 'owner' must not be empty.");
        }
        if (owner.length() > LONGEST_OWNER) {
            throw invalid("The field 'owner' has %d characters; at most %d are allowed."
                    .formatted(owner.length(), LONGEST_OWNER));
        }
        if (owner.chars().anyMatch(Character::isISOControl)) {
            throw invalid("The field 'owner' must have no control characters.");
        }
    }

    /// An owner's name as an error quotes it, whatever somebody typed.
    public static String shown(String owner) {
        var start = owner.length() <= LONGEST_OWNER ? owner : owner.substring(0, LONGEST_OWNER) + "...";
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    private static Fault invalid(String sentence) {
        return new Fault(QuotaFault.QUOTA_INVALID, sentence, "field=owner");
    }
}
