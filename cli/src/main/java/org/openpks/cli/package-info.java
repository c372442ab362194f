/// The `pks` command: where it starts and what it is given by its surroundings.
@NullMarked
package org.openpks.cli;

import org.jspecify.annotations.NullMarked;
