/// Who asks, and what they may do: local users by password, or bearers of a UAA's tokens.
@NullMarked
package org.openpks.director.access;

import org.jspecify.annotations.NullMarked;
