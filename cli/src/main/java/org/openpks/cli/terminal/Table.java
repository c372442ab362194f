package org.openpks.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// A table without borders: columns as wide as their widest cell, two spaces apart, nothing after the last one.
public final class Table {
    private static final int GAP = 2;

    private final List<List<String>> rows = new ArrayList<>();

    /// A table without a header.
    public Table() {}

    public Table(String... header) {
        rows.add(List.of(header));
    }

    /// Adds a row; the cells may be foreign text.
    public void row(String... cells) {
        rows.add(List.of(cells).stream().map(Text::line).toList());
    }

    /// One string per line.
    public List<String> lines() {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] width = new int[columns];
        for (var row : rows) {
            for (int i = 0; i < columns; i++) {
                width[i] = Math.max(width[i], length(row.get(i)));
            }
        }
        var lines = new ArrayList<String>();
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i));
                if (i < columns - 1) {
                    line.repeat(' ', width[i] + GAP - length(row.get(i)));
                }
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
