@NullMarked
package org.openpks.director.event;

import org.jspecify.annotations.NullMarked;
