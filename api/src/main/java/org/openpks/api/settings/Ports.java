package org.openpks.api.settings;

/// The rule for ports in addresses.
final class Ports {

    private static final int LARGEST = 65_535;

    private Ports() {}

    /// @param digits at most five
    static boolean valid(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= LARGEST;
    }
}
