@NullMarked
package org.openpks.director.release;

import org.jspecify.annotations.NullMarked;
