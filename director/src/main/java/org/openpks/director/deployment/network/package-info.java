/// Addresses of instances.
@NullMarked
package org.openpks.director.deployment.network;

import org.jspecify.annotations.NullMarked;
