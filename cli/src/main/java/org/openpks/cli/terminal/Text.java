package org.openpks.cli.terminal;

/// Cleans text that others wrote (servers, files) before a terminal sees it.
public final class Text {
    private static final int LONGEST = 2000;

    private Text() {}

    /// The text on one line: line breaks and tabs become spaces, and characters that could steer the terminal or
    /// turn the reading direction become their escapes, as in JSON.
    public static String line(String foreign) {
        if (isClean(foreign)) {
            return foreign;
        }
        var out = new StringBuilder(foreign.length() + 16);
        foreign.strip().codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029) {
                if (out.isEmpty() || out.charAt(out.length() - 1) != ' ') {
                    out.append(' ');
                }
            } else if (isUnsafe(c)) {
                out.append("\\u%04x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /// The text on one line, and its middle left out where it is longer than anybody reads.
    public static String brief(String foreign) {
        var line = line(foreign);
        int length = line.codePointCount(0, line.length());
        return length <= LONGEST
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST / 2)) + " ... "
                        + line.substring(line.offsetByCodePoints(0, length - LONGEST / 2));
    }

    /// True for controls, direction marks and halves of surrogate pairs.
    public static boolean isUnsafe(int c) {
        return Character.isISOControl(c)
                || c == 0x200e
                || c == 0x200f
                || c == 0x2028
                || c == 0x2029
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0xfeff
                || (c >= 0xd800 && c <= 0xdfff);
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }
}
