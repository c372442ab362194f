/// The Cloud Provider Interface: how the director asks for machines and disks, and the container implementation of
/// it.
@NullMarked
package org.openpks.director.cpi;

import org.jspecify.annotations.NullMarked;
