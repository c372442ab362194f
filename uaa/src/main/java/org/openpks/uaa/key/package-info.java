/// Keys that sign tokens.
@NullMarked
package org.openpks.uaa.key;

import org.jspecify.annotations.NullMarked;
