/// UAA's errors and how they are written.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.fault;
