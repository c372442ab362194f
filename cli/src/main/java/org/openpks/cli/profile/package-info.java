/// The commands about network, Kubernetes and compute profiles.
@NullMarked
package org.openpks.cli.profile;

import org.jspecify.annotations.NullMarked;
