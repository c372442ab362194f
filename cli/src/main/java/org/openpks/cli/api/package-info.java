/// The PKS API as the commands see it.
@NullMarked
package org.openpks.cli.api;

import org.jspecify.annotations.NullMarked;
