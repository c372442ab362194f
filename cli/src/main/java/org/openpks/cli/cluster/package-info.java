/// The commands about clusters and plans. Each class is one command.
@NullMarked
package org.openpks.cli.cluster;

import org.jspecify.annotations.NullMarked;
