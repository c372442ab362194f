/// The On-Demand Broker's configuration file, and where it lies.
@NullMarked
package org.openpks.broker.settings;

import org.jspecify.annotations.NullMarked;
