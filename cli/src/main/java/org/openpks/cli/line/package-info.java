/// The command line: which command a line means, its help, what is wrong with it, and how it could go on.
@NullMarked
package org.openpks.cli.line;

import org.jspecify.annotations.NullMarked;
