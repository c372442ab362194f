/// The commands that let kubectl into a cluster.
@NullMarked
package org.openpks.cli.credentials;

import org.jspecify.annotations.NullMarked;
