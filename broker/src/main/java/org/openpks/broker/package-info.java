/// The PKS Broker: an On-Demand Broker that answers the Open Service Broker API and lets a BOSH Director do the
/// work. It keeps nothing itself.
@NullMarked
package org.openpks.broker;

import org.jspecify.annotations.NullMarked;
