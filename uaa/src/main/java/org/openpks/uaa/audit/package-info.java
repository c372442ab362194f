/// What happened to whom: the audit log.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.audit;
