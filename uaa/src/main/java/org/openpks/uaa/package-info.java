/// User Account and Authentication: an authorization server that clients of Cloud Foundry's UAA accept. It
/// knows nothing of clusters but the names of their scopes and default clients.
@NullMarked
package org.openpks.uaa;

import org.jspecify.annotations.NullMarked;
