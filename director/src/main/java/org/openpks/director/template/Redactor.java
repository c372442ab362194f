package org.openpks.director.template;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Takes secrets out of texts: every stretch of eight characters that stands in a secret, and short secrets as a
/// whole.
///
/// Messages of libraries quote values cut at any place; looking for whole secrets would miss those.
public final class Redactor {

    private static final int WINDOW = 8;
    private static final String MARK = "<redacted>";

    private final Set<String> windows = new HashSet<>();
    private final Set<String> shortOnes = new HashSet<>();

    /// @param secrets texts that nobody may read; those of fewer than four characters are no secrets
    public Redactor(Collection<String> secrets) {
        for (var secret : secrets) {
            if (secret.length() >= WINDOW) {
                for (int i = 0; i + WINDOW <= secret.length(); i++) {
                    windows.add(secret.substring(i, i + WINDOW));
                }
            } else if (secret.length() >= 4) {
                shortOnes.add(secret);
            }
        }
    }

    public String redact(String text) {
        if (windows.isEmpty() && shortOnes.isEmpty()) {
            return text;
        }
        var hidden = new boolean[text.length()];
        for (int i = 0; i + WINDOW <= text.length(); i++) {
            if (windows.contains(text.substring(i, i + WINDOW))) {
                Arrays.fill(hidden, i, i + WINDOW, true);
            }
        }
        for (var secret : shortOnes) {
            for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
                Arrays.fill(hidden, at, at + secret.length(), true);
            }
        }
        var result = new StringBuilder(text.length());
        for (int i = 0; i < hidden.length; i++) {
            if (!hidden[i]) {
                result.append(text.charAt(i));
            } else if (i == 0 || !hidden[i - 1]) {
                result.append(MARK);
            }
        }
        return result.toString();
    }
}
