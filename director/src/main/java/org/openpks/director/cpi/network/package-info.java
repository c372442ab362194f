/// Bridges, interfaces and the guard that keeps the product's own addresses on this machine.
@NullMarked
package org.openpks.director.cpi.network;

import org.jspecify.annotations.NullMarked;
