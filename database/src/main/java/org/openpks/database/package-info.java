/// The embedded MariaDB: its binaries, its data directory, its process. A database elsewhere replaces it by URL.
@NullMarked
package org.openpks.database;

import org.jspecify.annotations.NullMarked;
