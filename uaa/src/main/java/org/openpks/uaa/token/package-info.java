/// Grants and the tokens they yield.
@NullMarked
package org.openpks.uaa.token;

import org.jspecify.annotations.NullMarked;
