/// What an operator sets.
@NullMarked
package org.openpks.director.settings;

import org.jspecify.annotations.NullMarked;
