/// The director's faults with the numbers that BOSH gives them.
@NullMarked
package org.openpks.director.fault;

import org.jspecify.annotations.NullMarked;
