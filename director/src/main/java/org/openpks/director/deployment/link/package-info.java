/// Links between jobs.
@NullMarked
package org.openpks.director.deployment.link;

import org.jspecify.annotations.NullMarked;
