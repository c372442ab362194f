/// Everything that reaches or leaves the terminal: tables, details, questions, live progress, and the cleaning of
/// foreign text.
@NullMarked
package org.openpks.cli.terminal;

import org.jspecify.annotations.NullMarked;
