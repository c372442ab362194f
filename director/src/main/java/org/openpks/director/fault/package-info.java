/// BOSH's numbered errors.
@NullMarked
package org.openpks.director.fault;

import org.jspecify.annotations.NullMarked;
