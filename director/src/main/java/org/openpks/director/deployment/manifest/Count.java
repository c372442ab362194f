package org.openpks.director.deployment.manifest;

import java.util.regex.Pattern;

/// A number of instances: absolute or a percentage of how many there are, rounded down.
public record Count(int value, boolean percent) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(%?)");

    /// Reads `3` or `10%`.
    public static Count parse(String text) {
        var match = FORM.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("should be an integer or a percentage");
        }
        return new Count(Integer.parseInt(match.group(1)), !match.group(2).isEmpty());
    }

    public int of(int total) {
        return percent ? (int) ((long) total * value / 100) : value;
    }
}
