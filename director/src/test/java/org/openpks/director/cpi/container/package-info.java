/// Tests of the container CPI; those named IT need root and a machine that can carry nodes.
@NullMarked
package org.openpks.director.cpi.container;

import org.jspecify.annotations.NullMarked;
