/// The Linux machine below: system calls, programs, control groups, and what the caller may do.
@NullMarked
package org.openpks.director.cpi.host;

import org.jspecify.annotations.NullMarked;
