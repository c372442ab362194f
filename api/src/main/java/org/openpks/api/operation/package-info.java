/// Carries out accepted operations: leases, requests to the broker, polling, ends.
@NullMarked
package org.openpks.api.operation;

import org.jspecify.annotations.NullMarked;
