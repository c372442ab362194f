/// The clients against recorded answers.
@NullMarked
package org.openpks.bosh;

import org.jspecify.annotations.NullMarked;
