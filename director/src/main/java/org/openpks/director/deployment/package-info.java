/// Deployments: manifest, plan, steps and instances.
@NullMarked
package org.openpks.director.deployment;

import org.jspecify.annotations.NullMarked;
