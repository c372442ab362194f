/// Failures as the user reads them: one line, never a stack trace.
@NullMarked
package org.openpks.cli.failure;

import org.jspecify.annotations.NullMarked;
