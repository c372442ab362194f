/// Tasks: durable long work with BOSH's event, result and debug logs.
@NullMarked
package org.openpks.director.task;

import org.jspecify.annotations.NullMarked;
