package org.openpks.bosh;

import org.jspecify.annotations.Nullable;

/// The Director's `/info`.
/// @param version its first word is two or three numbers
/// @param user null when the credentials are not accepted
public record Info(
        String name,
        String uuid,
        String version,
        @Nullable String user,
        @Nullable String cpi) {

    /// The first number of the version; 0 when there is none.
    public int majorVersion() {
        var digits = version.strip().split("[. ]", 2)[0];
        return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : 0;
    }
}
