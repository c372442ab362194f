/// The Director as the broker sees it: whether it can be used, and who is named in what.
@NullMarked
package org.openpks.broker.director;

import org.jspecify.annotations.NullMarked;
