/// Cloud, runtime and other configurations.
@NullMarked
package org.openpks.director.config;

import org.jspecify.annotations.NullMarked;
