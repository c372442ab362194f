/// Service instances: one BOSH deployment each, with operations that survive the broker.
@NullMarked
package org.openpks.broker.instance;

import org.jspecify.annotations.NullMarked;
