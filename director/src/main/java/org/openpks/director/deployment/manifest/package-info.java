/// Deployment manifests and cloud configurations, read and checked.
@NullMarked
package org.openpks.director.deployment.manifest;

import org.jspecify.annotations.NullMarked;
