/// What has to fit together before the broker is of use: its configuration, the Director, and the instances there are.
@NullMarked
package org.openpks.broker.startup;

import org.jspecify.annotations.NullMarked;
