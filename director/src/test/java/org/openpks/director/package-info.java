@NullMarked
package org.openpks.director;

import org.jspecify.annotations.NullMarked;
