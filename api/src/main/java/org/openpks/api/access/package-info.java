/// Who calls and what they may do: UAA tokens, their scopes, and the refusals.
@NullMarked
package org.openpks.api.access;

import org.jspecify.annotations.NullMarked;
