/// Errands of the operator over all clusters. They are clients of the broker's management API and of the PKS API, as
/// anybody's could be, and keep no state: what an errand did shows in the clusters, so one that was killed is
/// run again.
@NullMarked
package org.openpks.server.errand;

import org.jspecify.annotations.NullMarked;
