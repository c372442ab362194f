/// The way to the broker: the questions that the domain has, answered over the Open Service Broker API.
@NullMarked
package org.openpks.api.broker;

import org.jspecify.annotations.NullMarked;
