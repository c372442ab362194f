/// The commands: flags in, texts out. Each class is one command.
@NullMarked
package org.openpks.cli.command;

import org.jspecify.annotations.NullMarked;
