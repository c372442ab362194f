/// The certificates of clusters, and when they end.
@NullMarked
package org.openpks.api.certificate;

import org.jspecify.annotations.NullMarked;
