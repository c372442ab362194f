/// Tests of the container agent; those named IT need root and the built stemcell.
@NullMarked
package org.openpks.director.agent.container;

import org.jspecify.annotations.NullMarked;
