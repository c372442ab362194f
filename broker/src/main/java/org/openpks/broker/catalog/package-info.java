/// The offer: plans, their schemas, and what may be asked with them.
@NullMarked
package org.openpks.broker.catalog;

import org.jspecify.annotations.NullMarked;
