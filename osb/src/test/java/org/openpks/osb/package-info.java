/// The client and the messages.
@NullMarked
package org.openpks.osb;

import org.jspecify.annotations.NullMarked;
