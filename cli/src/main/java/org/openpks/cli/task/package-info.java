/// The commands about upgrades of several clusters.
@NullMarked
package org.openpks.cli.task;

import org.jspecify.annotations.NullMarked;
