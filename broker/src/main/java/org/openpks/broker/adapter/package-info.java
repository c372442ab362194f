/// Service adapters as programs of their own.
@NullMarked
package org.openpks.broker.adapter;

import org.jspecify.annotations.NullMarked;
