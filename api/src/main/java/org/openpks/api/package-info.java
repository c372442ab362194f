/// The PKS API: clusters, plans and credentials over HTTP, made durable in a database and carried out by the
/// broker.
@NullMarked
package org.openpks.api;

import org.jspecify.annotations.NullMarked;
