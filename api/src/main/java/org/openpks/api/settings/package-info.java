/// What a cluster has of its own beside its plan and its profiles: drain settings, tags, authorities, registries and
/// the sizes of its node pools.
@NullMarked
package org.openpks.api.settings;

import org.jspecify.annotations.NullMarked;
