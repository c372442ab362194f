/// The steps of a deploy. Each looks first and may be repeated.
@NullMarked
package org.openpks.director.deployment.step;

import org.jspecify.annotations.NullMarked;
