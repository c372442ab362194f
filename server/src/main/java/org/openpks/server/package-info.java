/// The launcher: sets up an installation, starts every part in one JVM, and is the command `bin/pks-server`.
@NullMarked
package org.openpks.server;

import org.jspecify.annotations.NullMarked;
