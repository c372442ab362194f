/// Jobs of releases as a deployment uses them.
@NullMarked
package org.openpks.director.deployment.job;

import org.jspecify.annotations.NullMarked;
