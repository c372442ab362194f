/// HTTPS with the log-in's CA, and every way it can go wrong in one sentence.
@NullMarked
package org.openpks.cli.http;

import org.jspecify.annotations.NullMarked;
