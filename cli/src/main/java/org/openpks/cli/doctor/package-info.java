/// The command that looks for what is wrong between here and the PKS API.
@NullMarked
package org.openpks.cli.doctor;

import org.jspecify.annotations.NullMarked;
