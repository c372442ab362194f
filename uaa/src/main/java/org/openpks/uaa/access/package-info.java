/// Who calls, and which scopes a route wants.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.access;
