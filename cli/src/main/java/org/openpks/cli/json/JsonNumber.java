package org.openpks.cli.json;

/// A number as it was written, so that printing it again changes nothing.
record JsonNumber(String text) {}
