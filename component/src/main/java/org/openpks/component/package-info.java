/// How a part of the product runs as a Spring Boot application of its own: TLS, JSON, body limits, database.
/// Several parts may run in one JVM; each has its own context, port and schema, and they talk to each other by HTTP
/// alone.
@NullMarked
package org.openpks.component;

import org.jspecify.annotations.NullMarked;
