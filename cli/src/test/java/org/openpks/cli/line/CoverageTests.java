package org.openpks.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openpks.cli.command.Entry;

/// The golden files and the manual leave no command and no flag out.
class CoverageTests {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path MANUAL = Path.of("../docs/cli.md");

    private static List<String> lines() throws IOException {
        var lines = new ArrayList<String>();
        try (var files = Files.list(GOLDEN)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("$ "))
                        .map(line -> line.replaceFirst("^\\$ ([A-Z_]+=\\S+ )*", ""))
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    private static Stream<String> names(Entry entry) {
        return Stream.concat(Stream.of(entry.name()), entry.aliases().stream());
    }

    private static List<String> ofCommand(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.equals("pks " + name) || line.startsWith("pks " + name + " "))
                .toList();
    }

    @Test
    void everyCommandAndAliasHasAGoldenOutput() throws IOException {
        var lines = lines();
        assertThat(Commands.ALL.stream().flatMap(CoverageTests::names))
                .allSatisfy(name -> assertThat(ofCommand(lines, name)).as(name).isNotEmpty());
    }

    @Test
    void everyFlagHasAGoldenOutput() throws IOException {
        var lines = lines();
        var missing = new ArrayList<String>();
        for (var entry : Commands.ALL) {
            var own = names(entry)
                    .flatMap(name -> ofCommand(lines, name).stream())
                    .toList();
            for (var option :
                    Commands.parser(entry.factory().get()).getCommandSpec().options()) {
                boolean used = own.stream().anyMatch(line -> Stream.of(option.names())
                        .anyMatch(name -> line.matches(".* \\Q" + name + "\\E([ =].*)?")));
                if (!used && !option.hidden()) {
                    missing.add(entry.name() + " " + option.longestName());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void theManualShowsEveryCommand() throws IOException {
        var manual = Files.readString(MANUAL);
        assertThat(Commands.ALL).allSatisfy(entry -> assertThat(manual).contains("pks " + entry.name()));
    }
}
