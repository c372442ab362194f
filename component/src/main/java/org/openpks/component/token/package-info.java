/// Access tokens of UAA, as the parts that are resource servers read them.
@NullMarked
package org.openpks.component.token;

import org.jspecify.annotations.NullMarked;
