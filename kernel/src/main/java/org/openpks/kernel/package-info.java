/// Values and small tools that every part of the product shares. No framework, no knowledge of any part.
@NullMarked
package org.openpks.kernel;

import org.jspecify.annotations.NullMarked;
