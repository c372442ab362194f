package org.openpks.uaa.provider;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which names of external groups may be seen; `*` stands for anything.
final class Whitelist {

    private final List<Pattern> patterns;

    Whitelist(List<String> patterns) {
        this.patterns = patterns.stream()
                .map(pattern -> Pattern.compile(
                        Arrays.stream(pattern.split("\\*", -1))
                                .map(Pattern::quote)
                                .collect(Collectors.joining(".*")),
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE))
                .toList();
    }

    boolean allows(String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
