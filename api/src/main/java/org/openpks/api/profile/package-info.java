/// Profiles: what several clusters may have in common beside a plan. They are made once, never changed, and cannot be
/// deleted while a cluster uses them.
@NullMarked
package org.openpks.api.profile;

import org.jspecify.annotations.NullMarked;
