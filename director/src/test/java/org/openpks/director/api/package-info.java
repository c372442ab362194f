@NullMarked
package org.openpks.director.api;

import org.jspecify.annotations.NullMarked;
