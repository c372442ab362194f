/// Clusters: their names, owners, lifecycle and rules, and the rows that hold them.
@NullMarked
package org.openpks.api.cluster;

import org.jspecify.annotations.NullMarked;
