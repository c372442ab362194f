package org.openpks.director.release;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// The order of release and stemcell versions: `RELEASE[-PRE][+POST]`, each part of numbers and words with dots
/// between.
///
/// A version with a pre-release part is older than the one without, one with a post-release part is newer. Numbers
/// are older than words; a missing number counts as 0.
final class VersionOrder implements Comparator<String> {

    /// The one order there is.
    public static final VersionOrder INSTANCE = new VersionOrder();

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private VersionOrder() {}

    @Override
    public int compare(String one, String other) {
        var left = Parts.of(one);
        var right = Parts.of(other);
        int order = segments(left.release(), right.release());
        if (order == 0) {
            order = left.pre().isEmpty() || right.pre().isEmpty()
                    ? Boolean.compare(left.pre().isEmpty(), right.pre().isEmpty())
                    : segments(left.pre(), right.pre());
        }
        if (order == 0) {
            order = left.post().isEmpty() || right.post().isEmpty()
                    ? Boolean.compare(!left.post().isEmpty(), !right.post().isEmpty())
                    : segments(left.post(), right.post());
        }
        return order;
    }

    private record Parts(List<String> release, List<String> pre, List<String> post) {
        static Parts of(String version) {
            int plus = version.indexOf('+');
            var front = plus < 0 ? version : version.substring(0, plus);
            int minus = front.indexOf('-');
            return new Parts(
                    split(minus < 0 ? front : front.substring(0, minus)),
                    minus < 0 ? List.of() : split(front.substring(minus + 1)),
                    plus < 0 ? List.of() : split(version.substring(plus + 1)));
        }

        private static List<String> split(String text) {
            return Arrays.stream(text.split("[.\\-]"))
                    .filter(part -> !part.isEmpty())
                    .toList();
        }
    }

    private static int segments(List<String> one, List<String> other) {
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            var left = i < one.size() ? one.get(i) : "0";
            var right = i < other.size() ? other.get(i) : "0";
            int order = segment(left, right);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int segment(String left, String right) {
        boolean leftNumber = NUMBER.matcher(left).matches();
        boolean rightNumber = NUMBER.matcher(right).matches();
        if (leftNumber && rightNumber) {
            return Long.compare(Long.parseLong(left), Long.parseLong(right));
        }
        return leftNumber || rightNumber ? Boolean.compare(rightNumber, leftNumber) : left.compareTo(right);
    }
}
