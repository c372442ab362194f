/// The broker over our own Director, which its own module must not know.
@NullMarked
package org.openpks.broker;

import org.jspecify.annotations.NullMarked;
