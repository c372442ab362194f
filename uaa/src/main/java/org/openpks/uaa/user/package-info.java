/// Users and the groups they are members of.
@NullMarked
package org.openpks.uaa.user;

import org.jspecify.annotations.NullMarked;
