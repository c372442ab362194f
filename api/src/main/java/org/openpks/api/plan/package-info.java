/// The plans that clusters are made from.
@NullMarked
package org.openpks.api.plan;

import org.jspecify.annotations.NullMarked;
