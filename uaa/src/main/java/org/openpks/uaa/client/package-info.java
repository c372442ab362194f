/// OAuth clients.
@NullMarked
package org.openpks.uaa.client;

import org.jspecify.annotations.NullMarked;
