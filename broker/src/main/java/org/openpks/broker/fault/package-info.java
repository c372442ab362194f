/// Why the broker refuses, and how OSB says it.
@NullMarked
package org.openpks.broker.fault;

import org.jspecify.annotations.NullMarked;
