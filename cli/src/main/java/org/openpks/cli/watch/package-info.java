/// Waiting for an operation on a cluster, with its steps shown as they happen.
@NullMarked
package org.openpks.cli.watch;

import org.jspecify.annotations.NullMarked;
