/// The Open Service Broker API over HTTP.
@NullMarked
package org.openpks.broker.web;

import org.jspecify.annotations.NullMarked;
