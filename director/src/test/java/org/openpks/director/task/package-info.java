@NullMarked
package org.openpks.director.task;

import org.jspecify.annotations.NullMarked;
