package org.openpks.api.profile;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rules that names and descriptions of all profiles share.
final class ProfileName {

    static final int LONGEST = 200;

    static final int LONGEST_DESCRIPTION = 4_000;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private ProfileName() {}

    /// @param longest in characters
    static String checked(@Nullable String name, int longest) {
        if (name == null || name.isEmpty()) {
            throw ProfileFault.rule("name", "is missing");
        }
        if (name.length() > longest) {
            throw ProfileFault.rule(
                    "name", "has %d characters; at most %d are allowed".formatted(name.length(), longest));
        }
        if (!FORM.matcher(name).matches()) {
            throw ProfileFault.rule(
                    "name", "may hold only letters, digits, '-', '_' and '.', and must start with a letter or a digit");
        }
        return name;
    }

    /// Absent and null are empty.
    static String description(@Nullable String text) {
        if (text == null) {
            return "";
        }
        if (text.length() > LONGEST_DESCRIPTION) {
            throw ProfileFault.rule(
                    "description",
                    "has %d characters; at most %d are allowed".formatted(text.length(), LONGEST_DESCRIPTION));
        }
        if (text.chars().anyMatch(ProfileName::unprintable)) {
            throw ProfileFault.rule("description", "must not hold control characters other than tabs and line ends");
        }
        return text;
    }

    private static boolean unprintable(int character) {
        return Character.isISOControl(character) && character != '\n' && character != '\r' && character != '\t';
    }
}
