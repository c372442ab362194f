/// What every command is built from: its place in the list, flags that several share, and its surroundings.
@NullMarked
package org.openpks.cli.command;

import org.jspecify.annotations.NullMarked;
