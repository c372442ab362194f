/// What a deploy shall do: pure functions of manifest, cloud config and what is there.
@NullMarked
package org.openpks.director.deployment.plan;

import org.jspecify.annotations.NullMarked;
