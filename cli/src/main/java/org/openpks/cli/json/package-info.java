/// JSON in and out by Jackson's streaming parser; databind is left out because it costs a third of the start-up.
@NullMarked
package org.openpks.cli.json;

import org.jspecify.annotations.NullMarked;
