package org.openpks.uaa.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How strong a password or a client secret must be; UAA's keys and defaults (`password.policy`,
/// `oauth.client.secret.policy`).
/// @param minLength and the others: how many characters, at least; 0 asks for nothing
/// @param maxLength the most characters
/// @param expirePasswordInMonths after which a password must be changed; 0 = never
public record Strength(
        @DefaultValue("0") int minLength,
        @DefaultValue("255") int maxLength,
        @DefaultValue("0") int requireUpperCaseCharacter,
        @DefaultValue("0") int requireLowerCaseCharacter,
        @DefaultValue("0") int requireDigit,
        @DefaultValue("0") int requireSpecialCharacter,
        @DefaultValue("0") int expirePasswordInMonths) {

    /// What a text lacks, in UAA's sentences; empty when it is strong enough.
    public List<String> violations(String what, String text) {
        var violations = new ArrayList<String>();
        if (text.length() < minLength) {
            violations.add("%s must be at least %d characters in length.".formatted(what, minLength));
        }
        if (text.length() > maxLength) {
            violations.add("%s must be no more than %d characters in length.".formatted(what, maxLength));
        }
        atLeast(violations, what, text, requireUpperCaseCharacter, "uppercase", Character::isUpperCase);
        atLeast(violations, what, text, requireLowerCaseCharacter, "lowercase", Character::isLowerCase);
        atLeast(violations, what, text, requireDigit, "digit", Character::isDigit);
        atLeast(
                violations,
                what,
                text,
                requireSpecialCharacter,
                "special",
                character -> !Character.isLetterOrDigit(character) && !Character.isWhitespace(character));
        return violations;
    }

    private static void atLeast(
            List<String> violations, String what, String text, int count, String kind, IntPredicate matches) {
        if (text.codePoints().filter(matches).count() < count) {
            violations.add("%s must contain at least %d %s characters.".formatted(what, count, kind));
        }
    }
}
