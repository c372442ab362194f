/// Files that only their owner may read.
@NullMarked
package org.openpks.cli.file;

import org.jspecify.annotations.NullMarked;
