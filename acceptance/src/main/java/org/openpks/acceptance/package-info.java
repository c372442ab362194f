/// The product as its users meet it: its commands as processes, real clusters, kubectl. Nothing here reaches into
/// its code.
@NullMarked
package org.openpks.acceptance;

import org.jspecify.annotations.NullMarked;
