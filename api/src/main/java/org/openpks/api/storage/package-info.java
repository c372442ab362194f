/// What everything that keeps rows shares: how values stand in columns, and transactions.
@NullMarked
package org.openpks.api.storage;

import org.jspecify.annotations.NullMarked;
