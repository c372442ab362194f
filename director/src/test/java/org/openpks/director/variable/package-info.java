@NullMarked
package org.openpks.director.variable;

import org.jspecify.annotations.NullMarked;
