package org.openpks.cli.api;

import java.util.regex.Pattern;
import org.openpks.cli.terminal.Text;

/// The name that a user gives a cluster. What makes a good name is the API's decision; here it only has to be one
/// that a cluster can have at all.
public record ClusterName(String value) {
    private static final Pattern ADDRESSABLE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    /// True when a path of the API can carry the name; no cluster has another one.
    public boolean isAddressable() {
        return ADDRESSABLE.matcher(value).matches();
    }

    /// As people may read it: controls are escaped.
    @Override
    public String toString() {
        return Text.line(value);
    }
}
