/// What the parts that keep rows have in common.
@NullMarked
package org.openpks.director.store;

import org.jspecify.annotations.NullMarked;
