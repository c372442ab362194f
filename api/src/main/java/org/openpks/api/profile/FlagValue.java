package org.openpks.api.profile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Whether a text is a value of a flag's type, by the rules of the library that the components read their flags with.
final class FlagValue {

    private static final Pattern DURATION =
            Pattern.compile("0|-?(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:ns|us|µs|ms|s|m|h))+");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,19}");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?");
    private static final Pattern QUANTITY =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?");
    private static final Pattern ADDRESS = Pattern.compile(
            "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}|(?=.*:.*:)[0-9a-fA-F:.]{2,45}");
    private static final Pattern ADDRESS_AND_PORT =
            Pattern.compile("(?:[0-9.]{7,15}|\\[[0-9a-fA-F:.]{2,45}\\]):[0-9]{1,5}");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:([-+])([0-9]{1,5}))?");
    private static final Pattern PAIR = Pattern.compile("[^=<,\\s]+[=<][^,]*");
    private static final int LARGEST_PORT = 65_535;
    private static final int LARGEST_VERBOSITY = 10;

    private FlagValue() {}

    /// What is wrong with a value, as the end of a sentence that begins with the flag: "must be ...".
    /// @param type in the programs' own words
    static Optional<String> problem(String type, String value) {
        return switch (type) {
            case "bool" -> unless(value.equals("true") || value.equals("false"), "must be true or false");
            case "duration" -> unless(DURATION.matcher(value).matches(), "must be a duration such as 30s, 5m or 1h30m");
            case "int32" ->
                integer(value, BigInteger.valueOf(Integer.MIN_VALUE), BigInteger.valueOf(Integer.MAX_VALUE));
            case "int" -> integer(value, BigInteger.valueOf(Long.MIN_VALUE), BigInteger.valueOf(Long.MAX_VALUE));
            case "uint" -> integer(value, BigInteger.ZERO, BigInteger.valueOf(Long.MAX_VALUE));
            case "Level" -> integer(value, BigInteger.ZERO, BigInteger.valueOf(LARGEST_VERBOSITY));
            case "float", "float32" -> unless(number(value), "must be a number");
            case "quantity" -> unless(QUANTITY.matcher(value).matches(), "must be a quantity such as 10Mi, 500m or 2");
            case "ip" -> unless(ADDRESS.matcher(value).matches(), "must be an IP address");
            case "ipport" ->
                unless(
                        ADDRESS_AND_PORT.matcher(value).matches(),
                        "must be an IP address and a port such as 127.0.0.1:10256");
            case "portRange" ->
                unless(range(value), "must be a range of ports between 1 and 65535 such as 30000-32767");
            case "strings", "stringArray" ->
                list(value, part -> !part.isEmpty() && part.strip().equals(part));
            case "int32Slice" -> list(value, part -> INTEGER.matcher(part).matches());
            case "mapStringString", "stringToString", "colonSeparatedMultimapStringString", "mapStringBool" ->
                unless(
                        value.isEmpty() || all(value, PAIR.asMatchPredicate()),
                        "must be a list of pairs, joined by commas without blanks, such as one=1,two=2");
            case "ProxyMode" -> oneOf(value, Set.of("iptables", "ipvs", "nftables"));
            case "LocalMode" ->
                oneOf(value, Set.of("ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"));
            // Texts, and types of single flags that have no rule of their own.
            default -> Optional.empty();
        };
    }

    private static Optional<String> unless(boolean good, String rule) {
        return good ? Optional.empty() : Optional.of(rule);
    }

    private static Optional<String> integer(String value, BigInteger least, BigInteger most) {
        if (INTEGER.matcher(value).matches()) {
            var number = new BigInteger(value);
            if (number.compareTo(least) >= 0 && number.compareTo(most) <= 0) {
                return Optional.empty();
            }
        }
        return Optional.of("must be a whole number from %d to %d".formatted(least, most));
    }

    private static boolean number(String value) {
        return NUMBER.matcher(value).matches()
                && new BigDecimal(value).abs().compareTo(BigDecimal.valueOf(Double.MAX_VALUE)) <= 0;
    }

    private static boolean range(String value) {
        var form = RANGE.matcher(value);
        if (!form.matches()) {
            return false;
        }
        int first = Integer.parseInt(form.group(1));
        int last = form.group(3) == null
                ? first
                : form.group(2).equals("-") ? Integer.parseInt(form.group(3)) : first + Integer.parseInt(form.group(3));
        return first >= 1 && first <= last && last <= LARGEST_PORT;
    }

    private static Optional<String> list(String value, Predicate<String> part) {
        return unless(
                value.isEmpty() || all(value, part),
                "must be a list, joined by commas without blanks, such as one,two");
    }

    private static boolean all(String value, Predicate<String> part) {
        return Arrays.stream(value.split(",", -1)).allMatch(part);
    }

    private static Optional<String> oneOf(String value, Set<String> words) {
        return unless(
                words.contains(value),
                "must be one of " + String.join(", ", words.stream().sorted().toList()));
    }
}
