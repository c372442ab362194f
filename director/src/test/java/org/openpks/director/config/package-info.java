@NullMarked
package org.openpks.director.config;

import org.jspecify.annotations.NullMarked;
