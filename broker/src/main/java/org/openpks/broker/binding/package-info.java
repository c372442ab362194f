/// Bindings: credentials of a running instance.
@NullMarked
package org.openpks.broker.binding;

import org.jspecify.annotations.NullMarked;
